// The parts of spandsp that sound needs, with the headers that they forget to include. Thin wrappers, no logic.
#pragma once

#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

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
