// The yardstick of the forwarding benchmark: what the same system calls cost with nothing around them.
#pragma once

#include <stdint.h>

typedef struct pbx_bare_forwarder pbx_bare_forwarder;

/// Starts a thread named "bare" that forwards between sockets on 127.0.0.1: leg i is bound to first_port + 2 * i and
/// connected to phone_ports[i], and what it receives leaves from leg i ^ 1. NULL when a socket cannot be had.
pbx_bare_forwarder *pbx_bare_forwarder_start(int legs, uint16_t first_port, const uint16_t *phone_ports);

/// Stops the thread and frees everything.
void pbx_bare_forwarder_stop(pbx_bare_forwarder *forwarder);
