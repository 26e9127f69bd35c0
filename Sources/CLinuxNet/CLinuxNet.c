#include "CLinuxNet.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/errqueue.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static int64_t read_clock(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

int64_t pbx_linuxnet_monotonic_nanoseconds(void) { return read_clock(CLOCK_MONOTONIC); }

int64_t pbx_linuxnet_wall_microseconds(void) { return read_clock(CLOCK_REALTIME) / 1000; }

int64_t pbx_linuxnet_thread_cpu_nanoseconds(void) { return read_clock(CLOCK_THREAD_CPUTIME_ID); }

void pbx_linuxnet_sleep_until(int64_t nanoseconds) {
    struct timespec time = { .tv_sec = nanoseconds / 1000000000, .tv_nsec = nanoseconds % 1000000000 };
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL);
}

void pbx_linuxnet_prepare_thread(const char *name) {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, NULL);
    pthread_setname_np(pthread_self(), name);
}

uint64_t pbx_linuxnet_raise_descriptor_limit(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
    rlim_t before = limit.rlim_cur;
    limit.rlim_cur = limit.rlim_max;
    return setrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_max : before;
}

void pbx_linuxnet_reserve_descriptors(int count) {
    // The lowest free number at or above `count - 1` needs a table that reaches there.
    int descriptor = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, count - 1);
    if (descriptor >= 0) close(descriptor);
}

int pbx_linuxnet_udp_socket(int is_ipv6) {
    int descriptor = socket(is_ipv6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return -errno;
    int on = 1;
    if (is_ipv6 && setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on) != 0) {
        int reason = errno;
        close(descriptor);
        return -reason;
    }
    return descriptor;
}

void pbx_linuxnet_tune_media_socket(int descriptor, int is_ipv6, int traffic_class, int receive_buffer_bytes) {
    if (is_ipv6)
        setsockopt(descriptor, IPPROTO_IPV6, IPV6_TCLASS, &traffic_class, sizeof traffic_class);
    else
        setsockopt(descriptor, IPPROTO_IP, IP_TOS, &traffic_class, sizeof traffic_class);
    setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes, sizeof receive_buffer_bytes);
}

static void set_control(struct msghdr *message, int level, int type, const void *value, size_t length) {
    message->msg_controllen = CMSG_SPACE(length);
    struct cmsghdr *header = CMSG_FIRSTHDR(message);
    header->cmsg_level = level;
    header->cmsg_type = type;
    header->cmsg_len = CMSG_LEN(length);
    memcpy(CMSG_DATA(header), value, length);
}

int pbx_linuxnet_send_from(int descriptor, const void *bytes, size_t count, const struct sockaddr *target,
                           socklen_t target_length, const struct sockaddr *source) {
    union {
        char bytes[CMSG_SPACE(sizeof(struct in6_pktinfo))];
        struct cmsghdr alignment;
    } control = { 0 };
    struct iovec part = { .iov_base = (void *)bytes, .iov_len = count };
    struct msghdr message = {
        .msg_name = (void *)target, .msg_namelen = target_length, .msg_iov = &part, .msg_iovlen = 1,
        .msg_control = &control,
    };
    if (source->sa_family == AF_INET6) {
        struct in6_pktinfo info = { .ipi6_addr = ((const struct sockaddr_in6 *)source)->sin6_addr };
        set_control(&message, IPPROTO_IPV6, IPV6_PKTINFO, &info, sizeof info);
    } else {
        struct in_pktinfo info = { .ipi_spec_dst = ((const struct sockaddr_in *)source)->sin_addr };
        set_control(&message, IPPROTO_IP, IP_PKTINFO, &info, sizeof info);
    }
    return sendmsg(descriptor, &message, 0) >= 0 ? 0 : -errno;
}

void pbx_linuxnet_keep_errors(int descriptor, int is_ipv6) {
    int on = 1;
    if (is_ipv6)
        setsockopt(descriptor, IPPROTO_IPV6, IPV6_RECVERR, &on, sizeof on);
    else
        setsockopt(descriptor, IPPROTO_IP, IP_RECVERR, &on, sizeof on);
}

int pbx_linuxnet_take_error(int descriptor, struct sockaddr *target, socklen_t *target_length) {
    union {
        char bytes[512];
        struct cmsghdr alignment;
    } control;
    char start[1];
    struct iovec part = { .iov_base = start, .iov_len = sizeof start };
    struct msghdr message = {
        .msg_name = target, .msg_namelen = *target_length, .msg_iov = &part, .msg_iovlen = 1,
        .msg_control = &control, .msg_controllen = sizeof control,
    };
    if (recvmsg(descriptor, &message, MSG_ERRQUEUE) < 0) return -errno;
    *target_length = message.msg_namelen;
    for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header != NULL; header = CMSG_NXTHDR(&message, header)) {
        int is_error = (header->cmsg_level == IPPROTO_IP && header->cmsg_type == IP_RECVERR)
            || (header->cmsg_level == IPPROTO_IPV6 && header->cmsg_type == IPV6_RECVERR);
        if (is_error) return (int)((const struct sock_extended_err *)CMSG_DATA(header))->ee_errno;
    }
    return 0;
}

int pbx_linuxnet_pipe(int ends[2]) { return pipe2(ends, O_NONBLOCK | O_CLOEXEC) == 0 ? 0 : -errno; }
