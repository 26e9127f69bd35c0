// The parts of spandsp that sound and fax need, with the headers that they forget to include. Thin wrappers, no logic.
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>
#include <time.h>

#include <tiffio.h>

#include <spandsp/telephony.h>
#include <spandsp/logging.h>
#include <spandsp/bitstream.h>
#include <spandsp/g722.h>
#include <spandsp/g726.h>
#include <spandsp/gsm0610.h>
#include <spandsp/complex.h>
#include <spandsp/tone_detect.h>
#include <spandsp/super_tone_rx.h>
#include <spandsp/dtmf.h>
#include <spandsp/tone_generate.h>
#include <spandsp/modem_connect_tones.h>
#include <spandsp/t4_rx.h>
#include <spandsp/t4_t6_decode.h>
#include <spandsp/t30.h>
#include <spandsp/t30_api.h>
#include <spandsp/t30_fcf.h>
#include <spandsp/t30_logging.h>
#include <spandsp/fax.h>
#include <spandsp/t38_core.h>
#include <spandsp/t38_gateway.h>
#include <spandsp/t38_terminal.h>

/// At 64 kbit/s and 16 kHz; NULL when there is no memory.
static inline g722_encode_state_t *pbx_spandsp_g722_encoder_create(void) {
    return g722_encode_init(NULL, 64000, 0);
}

static inline void pbx_spandsp_g722_encoder_reset(g722_encode_state_t *state) {
    g722_encode_init(state, 64000, 0);
}

/// At 64 kbit/s and 16 kHz; NULL when there is no memory.
static inline g722_decode_state_t *pbx_spandsp_g722_decoder_create(void) {
    return g722_decode_init(NULL, 64000, 0);
}

static inline void pbx_spandsp_g722_decoder_reset(g722_decode_state_t *state) {
    g722_decode_init(state, 64000, 0);
}

/// To and from 16-bit samples; NULL when there is no memory or no such bit rate.
static inline g726_state_t *pbx_spandsp_g726_create(int bit_rate, int is_highest_first) {
    return g726_init(NULL, bit_rate, G726_ENCODING_LINEAR, is_highest_first ? G726_PACKING_LEFT : G726_PACKING_RIGHT);
}

static inline void pbx_spandsp_g726_reset(g726_state_t *state, int bit_rate, int is_highest_first) {
    g726_init(state, bit_rate, G726_ENCODING_LINEAR, is_highest_first ? G726_PACKING_LEFT : G726_PACKING_RIGHT);
}

/// With frames of 33 bytes as RTP wants them; NULL when there is no memory.
static inline gsm0610_state_t *pbx_spandsp_gsm_create(void) {
    return gsm0610_init(NULL, GSM0610_PACKING_VOIP);
}

static inline void pbx_spandsp_gsm_reset(gsm0610_state_t *state) {
    gsm0610_init(state, GSM0610_PACKING_VOIP);
}

/// A DTMF receiver that keeps its digits until they are fetched; NULL when there is no memory. Twist in dB: the lower
/// tone may be so much stronger, and the higher one in reverse.
static inline dtmf_rx_state_t *pbx_spandsp_dtmf_receiver_create(int twist, int reverse_twist) {
    dtmf_rx_state_t *state = dtmf_rx_init(NULL, NULL, NULL);
    if (state) dtmf_rx_parms(state, -1, twist, reverse_twist, -99);
    return state;
}

/// Forgets the sound so far, and sets twist as above.
static inline void pbx_spandsp_dtmf_receiver_reset(dtmf_rx_state_t *state, int twist, int reverse_twist) {
    dtmf_rx_init(state, NULL, NULL);
    dtmf_rx_parms(state, -1, twist, reverse_twist, -99);
}

/// Hears 1100 Hz, the tone of a calling fax; what it heard is fetched. NULL when there is no memory.
static inline modem_connect_tones_rx_state_t *pbx_spandsp_cng_receiver_create(void) {
    return modem_connect_tones_rx_init(NULL, MODEM_CONNECT_TONES_FAX_CNG, NULL, NULL);
}

/// Hears 2100 Hz, the tone of an answering fax, and the flags before its first V.21 frame; what it heard is fetched.
/// NULL when there is no memory.
static inline modem_connect_tones_rx_state_t *pbx_spandsp_ced_receiver_create(void) {
    return modem_connect_tones_rx_init(NULL, MODEM_CONNECT_TONES_FAX_CED_OR_PREAMBLE, NULL, NULL);
}

/// A fax over sound, at the beginning of its call; NULL when there is no memory.
static inline fax_state_t *pbx_spandsp_fax_create(int is_calling) {
    return fax_init(NULL, is_calling);
}

/// What is given each T.38 packet that is to be sent.
typedef t38_tx_packet_handler_t *pbx_spandsp_packet_handler;

/// A fax over T.38 packets, at the beginning of its call, that hands each packet to `handler`; NULL when there is no
/// memory.
static inline t38_terminal_state_t *pbx_spandsp_t38_terminal_create(
    int is_calling, pbx_spandsp_packet_handler handler, void *user_data) {
    return t38_terminal_init(NULL, is_calling, handler, user_data);
}

/// A gateway between sound and T.38 packets that hands each packet to `handler`; NULL when there is no memory.
static inline t38_gateway_state_t *pbx_spandsp_t38_gateway_create(pbx_spandsp_packet_handler handler, void *user_data) {
    return t38_gateway_init(NULL, handler, user_data);
}

/// Ends what the T.30 engine would report; its owner is about to free it.
static inline void pbx_spandsp_t30_detach(t30_state_t *state) {
    t30_set_phase_b_handler(state, NULL, NULL);
    t30_set_phase_d_handler(state, NULL, NULL);
    t30_set_phase_e_handler(state, NULL, NULL);
    t30_set_real_time_frame_handler(state, NULL, NULL);
}

/// Gives a frame of at least three bytes, which the engine shows before it acts on it, a type that does not exist.
static inline void pbx_spandsp_t30_frame_blank(const uint8_t *frame) {
    ((uint8_t *) frame)[2] = T30_NULL;
}

/// libtiff, which spandsp reads and writes pages with, writes its messages to standard error unless it is told not to.
static inline void pbx_spandsp_silence_tiff(void) {
    TIFFSetErrorHandler(NULL);
    TIFFSetWarningHandler(NULL);
}
