// What Swift cannot reach in Linux's network and thread interface: thin wrappers, no logic.
#pragma once

#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

/// CLOCK_MONOTONIC in nanoseconds.
int64_t pbx_linuxnet_monotonic_nanoseconds(void);

/// CLOCK_REALTIME in microseconds.
int64_t pbx_linuxnet_wall_microseconds(void);

/// Sleeps until CLOCK_MONOTONIC reaches `nanoseconds`; returns at once when that has passed.
void pbx_linuxnet_sleep_until(int64_t nanoseconds);

/// CPU time of the calling thread in nanoseconds.
int64_t pbx_linuxnet_thread_cpu_nanoseconds(void);

/// Names the calling thread (15 bytes at most) and keeps signals away from it.
void pbx_linuxnet_prepare_thread(const char *name);

/// Raises the soft limit of open descriptors to the hard one; returns the limit now in force, 0 when it is unknown.
uint64_t pbx_linuxnet_raise_descriptor_limit(void);

/// Makes the kernel's table of open files large enough for `count` in one go; while a process has several threads, each
/// doubling later on would stop the opener for milliseconds (an RCU grace period).
void pbx_linuxnet_reserve_descriptors(int count);

/// A non-blocking, close-on-exec UDP socket; IPv6 ones take no IPv4. Negative: -errno.
int pbx_linuxnet_udp_socket(int is_ipv6);

/// Sends one datagram from the address in `source`, which must be of the socket's family and of this machine; its port
/// is not looked at. 0 or -errno.
int pbx_linuxnet_send_from(int descriptor, const void *bytes, size_t count, const struct sockaddr *target,
                           socklen_t target_length, const struct sockaddr *source);

/// Has the kernel keep ICMP errors for what a socket sent, whether it is connected or not.
void pbx_linuxnet_keep_errors(int descriptor, int is_ipv6);

/// Takes one kept error: its errno, and in `target` where the datagram went that it is about; -errno when there is none.
int pbx_linuxnet_take_error(int descriptor, struct sockaddr *target, socklen_t *target_length);

/// A non-blocking, close-on-exec pipe: readable end, writable end. 0 or -errno.
int pbx_linuxnet_pipe(int ends[2]);

/// Sets traffic class (the whole byte) and receive buffer (bytes); a refusal is not an error for media.
void pbx_linuxnet_tune_media_socket(int descriptor, int is_ipv6, int traffic_class, int receive_buffer_bytes);
