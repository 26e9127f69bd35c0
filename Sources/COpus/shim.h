// What Swift cannot reach in libopus: creation by reference and the variadic controls. Thin wrappers, no logic.
#pragma once

#include <stddef.h>

#include <opus/opus.h>

/// An encoder of one channel for speech; NULL when there is no memory or the rate is none of Opus's.
static inline OpusEncoder *pbx_opus_encoder_create(int32_t sample_rate) {
    return opus_encoder_create(sample_rate, 1, OPUS_APPLICATION_VOIP, NULL);
}

static inline int pbx_opus_encoder_set_bitrate(OpusEncoder *encoder, int32_t bits_per_second) {
    return opus_encoder_ctl(encoder, OPUS_SET_BITRATE(bits_per_second));
}

static inline int pbx_opus_encoder_set_complexity(OpusEncoder *encoder, int32_t complexity) {
    return opus_encoder_ctl(encoder, OPUS_SET_COMPLEXITY(complexity));
}

static inline int pbx_opus_encoder_set_vbr(OpusEncoder *encoder, int32_t is_on) {
    return opus_encoder_ctl(encoder, OPUS_SET_VBR(is_on));
}

static inline int pbx_opus_encoder_set_fec(OpusEncoder *encoder, int32_t is_on) {
    return opus_encoder_ctl(encoder, OPUS_SET_INBAND_FEC(is_on));
}

static inline int pbx_opus_encoder_set_loss(OpusEncoder *encoder, int32_t percent) {
    return opus_encoder_ctl(encoder, OPUS_SET_PACKET_LOSS_PERC(percent));
}

static inline int pbx_opus_encoder_set_dtx(OpusEncoder *encoder, int32_t is_on) {
    return opus_encoder_ctl(encoder, OPUS_SET_DTX(is_on));
}

/// One of the OPUS_BANDWIDTH values.
static inline int pbx_opus_encoder_set_bandwidth_max(OpusEncoder *encoder, int32_t bandwidth) {
    return opus_encoder_ctl(encoder, OPUS_SET_MAX_BANDWIDTH(bandwidth));
}

static inline int pbx_opus_encoder_reset(OpusEncoder *encoder) {
    return opus_encoder_ctl(encoder, OPUS_RESET_STATE);
}

/// A decoder to one channel; NULL when there is no memory or the rate is none of Opus's.
static inline OpusDecoder *pbx_opus_decoder_create(int32_t sample_rate) {
    return opus_decoder_create(sample_rate, 1, NULL);
}

static inline int pbx_opus_decoder_reset(OpusDecoder *decoder) {
    return opus_decoder_ctl(decoder, OPUS_RESET_STATE);
}
