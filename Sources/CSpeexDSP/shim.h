// What Swift cannot reach in libspeexdsp: controls by pointer to any type. Thin wrappers, no logic.
#pragma once

#include <speex/speex_echo.h>
#include <speex/speex_preprocess.h>

static inline int pbx_speexdsp_echo_set_rate(SpeexEchoState *state, int sample_rate) {
    return speex_echo_ctl(state, SPEEX_ECHO_SET_SAMPLING_RATE, &sample_rate);
}

static inline int pbx_speexdsp_preprocess_set(SpeexPreprocessState *state, int request, int value) {
    return speex_preprocess_ctl(state, request, &value);
}

static inline int pbx_speexdsp_preprocess_set_echo(SpeexPreprocessState *state, SpeexEchoState *echo) {
    return speex_preprocess_ctl(state, SPEEX_PREPROCESS_SET_ECHO_STATE, echo);
}
