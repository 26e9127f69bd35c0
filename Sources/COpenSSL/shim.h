// OpenSSL 3 as Swift can use it: macros and calls through function-like macros get a name of their own.
#pragma once

// The low-level SHA-1 calls are deprecated, not removed: EVP allocates each time a hash is started from a saved state.
#define OPENSSL_SUPPRESS_DEPRECATED

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/srtp.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

// Ciphers.

static inline int pbx_openssl_get_tag(EVP_CIPHER_CTX *context, int count, void *tag) {
    return EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, count, tag);
}

static inline int pbx_openssl_set_tag(EVP_CIPHER_CTX *context, int count, void *tag) {
    return EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, count, tag);
}

// Keys and certificates.

static inline EVP_PKEY *pbx_openssl_generate_p256(void) { return EVP_EC_gen("P-256"); }

// DTLS.

static inline long pbx_openssl_set_min_version(SSL_CTX *context, int version) {
    return SSL_CTX_set_min_proto_version(context, version);
}

static inline long pbx_openssl_set_max_version(SSL_CTX *context, int version) {
    return SSL_CTX_set_max_proto_version(context, version);
}

static inline long pbx_openssl_set_groups(SSL_CTX *context, const char *list) {
    return SSL_CTX_set1_groups_list(context, list);
}

static inline uint64_t pbx_openssl_set_options(SSL_CTX *context) {
    return SSL_CTX_set_options(
        context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET | SSL_OP_NO_QUERY_MTU | SSL_OP_NO_COMPRESSION
                     | SSL_OP_CIPHER_SERVER_PREFERENCE);
}

static inline long pbx_openssl_set_session_cache_off(SSL_CTX *context) {
    return SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
}

static inline long pbx_openssl_set_mtu(SSL *ssl, long bytes) { return SSL_set_mtu(ssl, bytes); }

static inline long pbx_openssl_dtls_timeout(SSL *ssl, struct timeval *left) { return DTLSv1_get_timeout(ssl, left); }

static inline long pbx_openssl_dtls_handle_timeout(SSL *ssl) { return DTLSv1_handle_timeout(ssl); }

static inline int pbx_openssl_bio_type(void) { return BIO_get_new_index() | BIO_TYPE_SOURCE_SINK; }

static inline void pbx_openssl_bio_set_retry_read(BIO *bio) { BIO_set_retry_read(bio); }

static inline void pbx_openssl_bio_clear_retry(BIO *bio) { BIO_clear_retry_flags(bio); }

static inline long pbx_openssl_set_release_buffers(SSL_CTX *context) {
    return SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
}

static inline int pbx_openssl_utf8_string(void) { return MBSTRING_UTF8; }

/// Has the processor fetch the first `count` bytes at `address`, which the library or a caller soon reads.
static inline void pbx_openssl_prefetch(const void *address, long count) {
    for (long offset = 0; offset < count; offset += 64) __builtin_prefetch((const char *)address + offset);
}
