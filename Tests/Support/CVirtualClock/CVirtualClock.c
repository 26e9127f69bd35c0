#include "CVirtualClock.h"

#include <sys/time.h>
#include <time.h>

static _Thread_local int64_t ahead_microseconds;

void pbx_clock_advance(int64_t microseconds) { ahead_microseconds += microseconds; }

// OpenSSL times the retransmission of DTLS messages by this clock and no other.
int gettimeofday(struct timeval *restrict time, void *restrict zone) {
    (void)zone;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    int64_t microseconds = (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000 + ahead_microseconds;
    time->tv_sec = microseconds / 1000000;
    time->tv_usec = microseconds % 1000000;
    return 0;
}
