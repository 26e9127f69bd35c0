// ALSA's PCM calls, with the types that Swift cannot name. Thin wrappers, no logic.
#pragma once

#include <alsa/asoundlib.h>
#include <poll.h>

/// Opens a device for one channel of 16-bit samples; a negative errno, or 0 and the device.
static inline int pbx_alsa_open(snd_pcm_t **device, const char *name, int is_capture) {
    return snd_pcm_open(device, name, is_capture ? SND_PCM_STREAM_CAPTURE : SND_PCM_STREAM_PLAYBACK, SND_PCM_NONBLOCK);
}

static inline int pbx_alsa_set_up(snd_pcm_t *device, unsigned int sample_rate, unsigned int latency_microseconds) {
    return snd_pcm_set_params(
        device, SND_PCM_FORMAT_S16, SND_PCM_ACCESS_RW_INTERLEAVED, 1, sample_rate, 1, latency_microseconds);
}

/// A device begins to play when so many samples wait in it.
static inline int pbx_alsa_start_at(snd_pcm_t *device, snd_pcm_uframes_t samples) {
    snd_pcm_sw_params_t *settings;
    snd_pcm_sw_params_alloca(&settings);
    int result = snd_pcm_sw_params_current(device, settings);
    if (result == 0) result = snd_pcm_sw_params_set_start_threshold(device, settings, samples);
    return result == 0 ? snd_pcm_sw_params(device, settings) : result;
}

/// ALSA's own messages on standard error are of no use to who reads ours.
static inline void pbx_alsa_no_error_text(
    const char *file, int line, const char *function, int err, const char *format, ...) {}

static inline void pbx_alsa_be_quiet(void) { snd_lib_error_set_handler(pbx_alsa_no_error_text); }
