// A sound card that is not there: an ALSA device (ioplug) with a clock of its own, which tests can pull out and put
// back. It lives while the file `plug` exists. One channel of 16 bits at 16 kHz.
//
//   pcm.mic { type pbxcard plug FILE ppm 200 capture FILE log FILE }
//   pcm.spk { type pbxcard plug FILE ppm 200 playback FILE log FILE }
#include <alsa/asoundlib.h>
#include <alsa/pcm_external.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { RATE = 16000, FRAME_BYTES = 2, TICK_NANOSECONDS = 1000000 };

typedef struct {
    snd_pcm_ioplug_t io;
    char *plug;
    FILE *log;
    double rate;
    int timer;
    // Playback: what is given is written here. Capture: what is heard again and again, in memory.
    FILE *heard;
    int16_t *said;
    size_t said_count;
    uint64_t transferred;
    uint64_t started_at;
    uint64_t hardware;
    int is_running;
} card_t;

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static int is_gone(const card_t *card) { return access(card->plug, F_OK) != 0; }

// Frames since the start.
static uint64_t elapsed(const card_t *card) {
    return card->is_running ? (uint64_t)((double)(now() - card->started_at) * 1e-9 * card->rate) : 0;
}

static void note(card_t *card, const char *what) {
    if (!card->log) return;
    fprintf(card->log, "%s %s %llu %llu\n", card->io.stream == SND_PCM_STREAM_CAPTURE ? "capture" : "playback", what,
            (unsigned long long)now(), (unsigned long long)card->transferred);
    fflush(card->log);
}

static int card_prepare(snd_pcm_ioplug_t *io) {
    card_t *card = io->private_data;
    card->is_running = 0;
    return is_gone(card) ? -ENODEV : 0;
}

static int card_start(snd_pcm_ioplug_t *io) {
    card_t *card = io->private_data;
    if (is_gone(card)) return -ENODEV;
    card->started_at = now();
    card->is_running = 1;
    note(card, "start");
    return 0;
}

static int card_stop(snd_pcm_ioplug_t *io) {
    card_t *card = io->private_data;
    card->is_running = 0;
    return 0;
}

static snd_pcm_sframes_t card_pointer(snd_pcm_ioplug_t *io) {
    card_t *card = io->private_data;
    if (is_gone(card)) {
        // As the kernel does with a card that is pulled out.
        note(card, "gone");
        snd_pcm_ioplug_set_state(io, SND_PCM_STATE_DISCONNECTED);
        return (snd_pcm_sframes_t)(card->hardware % io->buffer_size);
    }
    uint64_t frames = elapsed(card);
    uint64_t application = io->appl_ptr;
    int is_late = io->stream == SND_PCM_STREAM_PLAYBACK ? frames > application
                                                        : frames > application + io->buffer_size;
    if (card->is_running && is_late) {
        note(card, "late");
        return -EPIPE;
    }
    card->hardware = frames;
    return (snd_pcm_sframes_t)(frames % io->buffer_size);
}

static snd_pcm_sframes_t card_transfer(
    snd_pcm_ioplug_t *io, const snd_pcm_channel_area_t *areas, snd_pcm_uframes_t offset, snd_pcm_uframes_t size) {
    card_t *card = io->private_data;
    int16_t *samples = (int16_t *)((char *)areas[0].addr + (areas[0].first + areas[0].step * offset) / 8);
    if (io->stream == SND_PCM_STREAM_PLAYBACK) {
        if (card->heard) {
            fwrite(samples, FRAME_BYTES, size, card->heard);
            fflush(card->heard);
        }
    } else {
        for (snd_pcm_uframes_t index = 0; index < size; index++) {
            samples[index] = card->said_count ? card->said[(card->transferred + index) % card->said_count] : 0;
        }
    }
    card->transferred += size;
    return (snd_pcm_sframes_t)size;
}

static int card_revents(snd_pcm_ioplug_t *io, struct pollfd *fds, unsigned int count, unsigned short *revents) {
    card_t *card = io->private_data;
    uint64_t ticks;
    if (count == 1 && (fds[0].revents & POLLIN) && read(card->timer, &ticks, sizeof ticks) < 0) { /* none yet */ }
    if (is_gone(card)) {
        *revents = POLLERR;
        return 0;
    }
    uint64_t frames = elapsed(card);
    uint64_t application = io->appl_ptr;
    if (io->stream == SND_PCM_STREAM_CAPTURE) {
        *revents = frames >= application + io->period_size ? POLLIN : 0;
    } else {
        *revents = application + io->period_size <= frames + io->buffer_size ? POLLOUT : 0;
    }
    return 0;
}

static int card_close(snd_pcm_ioplug_t *io) {
    card_t *card = io->private_data;
    note(card, "close");
    if (card->log) fclose(card->log);
    if (card->heard) fclose(card->heard);
    if (card->timer >= 0) close(card->timer);
    free(card->said);
    free(card->plug);
    free(card);
    return 0;
}

static const snd_pcm_ioplug_callback_t callbacks = {
    .start = card_start,
    .stop = card_stop,
    .pointer = card_pointer,
    .transfer = card_transfer,
    .close = card_close,
    .prepare = card_prepare,
    .poll_revents = card_revents,
};

static int set_limits(snd_pcm_ioplug_t *io) {
    static const unsigned int access[] = {SND_PCM_ACCESS_RW_INTERLEAVED};
    static const unsigned int format[] = {SND_PCM_FORMAT_S16};
    int result = snd_pcm_ioplug_set_param_list(io, SND_PCM_IOPLUG_HW_ACCESS, 1, access);
    if (result == 0) result = snd_pcm_ioplug_set_param_list(io, SND_PCM_IOPLUG_HW_FORMAT, 1, format);
    if (result == 0) result = snd_pcm_ioplug_set_param_minmax(io, SND_PCM_IOPLUG_HW_CHANNELS, 1, 1);
    if (result == 0) result = snd_pcm_ioplug_set_param_minmax(io, SND_PCM_IOPLUG_HW_RATE, RATE, RATE);
    if (result == 0) result = snd_pcm_ioplug_set_param_minmax(io, SND_PCM_IOPLUG_HW_PERIOD_BYTES, 64, 8192);
    if (result == 0) result = snd_pcm_ioplug_set_param_minmax(io, SND_PCM_IOPLUG_HW_BUFFER_BYTES, 256, 65536);
    if (result == 0) result = snd_pcm_ioplug_set_param_minmax(io, SND_PCM_IOPLUG_HW_PERIODS, 2, 64);
    return result;
}

static void load(card_t *card, const char *path) {
    FILE *file = fopen(path, "rb");
    if (!file) return;
    fseek(file, 0, SEEK_END);
    long bytes = ftell(file);
    rewind(file);
    card->said = bytes > 0 ? malloc((size_t)bytes) : NULL;
    if (card->said) card->said_count = fread(card->said, FRAME_BYTES, (size_t)bytes / FRAME_BYTES, file);
    fclose(file);
}

SND_PCM_PLUGIN_DEFINE_FUNC(pbxcard) {
    (void)root;
    card_t *card = calloc(1, sizeof *card);
    if (!card) return -ENOMEM;
    long ppm = 0;
    const char *capture = NULL, *playback = NULL, *log = NULL;
    snd_config_iterator_t place, next;
    snd_config_for_each(place, next, conf) {
        snd_config_t *entry = snd_config_iterator_entry(place);
        const char *key, *text;
        if (snd_config_get_id(entry, &key) < 0) continue;
        if (strcmp(key, "ppm") == 0) snd_config_get_integer(entry, &ppm);
        if (snd_config_get_string(entry, &text) < 0) continue;
        if (strcmp(key, "plug") == 0) card->plug = strdup(text);
        if (strcmp(key, "capture") == 0) capture = text;
        if (strcmp(key, "playback") == 0) playback = text;
        if (strcmp(key, "log") == 0) log = text;
    }
    if (!card->plug || is_gone(card)) {
        free(card->plug);
        free(card);
        return -ENOENT;
    }
    card->rate = RATE * (1 + (double)ppm * 1e-6);
    card->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    struct itimerspec tick = {{0, TICK_NANOSECONDS}, {0, TICK_NANOSECONDS}};
    timerfd_settime(card->timer, 0, &tick, NULL);
    if (log) card->log = fopen(log, "ae");
    if (stream == SND_PCM_STREAM_CAPTURE && capture) load(card, capture);
    if (stream == SND_PCM_STREAM_PLAYBACK && playback) card->heard = fopen(playback, "abe");
    card->io.version = SND_PCM_IOPLUG_VERSION;
    card->io.name = "A sound card that is not there";
    card->io.callback = &callbacks;
    card->io.private_data = card;
    card->io.poll_fd = card->timer;
    card->io.poll_events = POLLIN;
    int result = snd_pcm_ioplug_create(&card->io, name, stream, mode);
    if (result < 0) {
        card_close(&card->io);
        return result;
    }
    result = set_limits(&card->io);
    if (result < 0) {
        snd_pcm_ioplug_delete(&card->io);
        return result;
    }
    *pcmp = card->io.pcm;
    return 0;
}

SND_PCM_PLUGIN_SYMBOL(pbxcard);
