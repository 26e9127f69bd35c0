#include "CBareForwarder.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { EVENTS_MAX = 512, TICK_NANOSECONDS = 1000000 };

struct pbx_bare_forwarder {
    int legs;
    int epoll;
    int *sockets;
    atomic_bool must_stop;
    pthread_t thread;
};

// Level-triggered, one recv per report, a pass per millisecond: the loop of the media worker.
static void *forward(void *argument) {
    pbx_bare_forwarder *forwarder = argument;
    pthread_setname_np(pthread_self(), "bare");
    struct epoll_event events[EVENTS_MAX];
    char packet[2048];
    struct timespec tick, now;
    clock_gettime(CLOCK_MONOTONIC, &tick);
    int ready = 0;
    while (!forwarder->must_stop) {
        if (ready < EVENTS_MAX) {
            tick.tv_nsec += TICK_NANOSECONDS;
            if (tick.tv_nsec >= 1000000000) {
                tick.tv_nsec -= 1000000000;
                tick.tv_sec++;
            }
            clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &tick, NULL);
        }
        ready = epoll_wait(forwarder->epoll, events, EVENTS_MAX, 0);
        clock_gettime(CLOCK_MONOTONIC, &now);
        tick = now;
        for (int index = 0; index < ready; index++) {
            int leg = (int)events[index].data.u32;
            ssize_t count = recv(forwarder->sockets[leg], packet, sizeof packet, MSG_TRUNC);
            if (count > 0 && count <= (ssize_t)sizeof packet)
                send(forwarder->sockets[leg ^ 1], packet, (size_t)count, 0);
        }
    }
    return NULL;
}

static int open_leg(const pbx_bare_forwarder *forwarder, int leg, uint16_t port, uint16_t phone_port) {
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)
    };
    int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return -1;
    int traffic_class = 46 << 2, buffer = 65536;
    setsockopt(descriptor, IPPROTO_IP, IP_TOS, &traffic_class, sizeof traffic_class);
    setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
    struct epoll_event event = { .events = EPOLLIN, .data.u32 = (uint32_t)leg };
    int failed = bind(descriptor, (struct sockaddr *)&address, sizeof address);
    address.sin_port = htons(phone_port);
    failed = failed || connect(descriptor, (struct sockaddr *)&address, sizeof address)
        || epoll_ctl(forwarder->epoll, EPOLL_CTL_ADD, descriptor, &event);
    if (!failed) return descriptor;
    close(descriptor);
    return -1;
}

static void dispose(pbx_bare_forwarder *forwarder) {
    for (int leg = 0; leg < forwarder->legs; leg++) close(forwarder->sockets[leg]);
    close(forwarder->epoll);
    free(forwarder->sockets);
    free(forwarder);
}

pbx_bare_forwarder *pbx_bare_forwarder_start(int legs, uint16_t first_port, const uint16_t *phone_ports) {
    pbx_bare_forwarder *forwarder = calloc(1, sizeof *forwarder);
    forwarder->sockets = calloc((size_t)legs, sizeof(int));
    forwarder->epoll = epoll_create1(EPOLL_CLOEXEC);
    while (forwarder->legs < legs) {
        int leg = forwarder->legs;
        int descriptor = open_leg(forwarder, leg, (uint16_t)(first_port + 2 * leg), phone_ports[leg]);
        if (descriptor < 0) break;
        forwarder->sockets[leg] = descriptor;
        forwarder->legs++;
    }
    if (forwarder->legs == legs && pthread_create(&forwarder->thread, NULL, forward, forwarder) == 0) return forwarder;
    dispose(forwarder);
    return NULL;
}

void pbx_bare_forwarder_stop(pbx_bare_forwarder *forwarder) {
    forwarder->must_stop = 1;
    pthread_join(forwarder->thread, NULL);
    dispose(forwarder);
}
