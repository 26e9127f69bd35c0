#!/usr/bin/env python3
"""Writes the configuration that the yardstick measures pbxd with into the folder given: 1000 extensions, one of them
the caller and one the callee of every call, on loopback only."""
import os
import sys

run = sys.argv[1]
lines = [
    '[server]', 'domain = "127.0.0.1"', '',
    '[sip]', 'listen = ["udp:127.0.0.1:5060", "tcp:127.0.0.1:5060"]', '',
    # The generator owns 20000 to 31999; 1000 calls take 4000 ports.
    '[media]', 'ports = "32768-60999"', 'addresses = ["127.0.0.1"]', '',
    # Every user of the generator has the same address, and every call the same two extensions.
    '[limits]', 'calls-max = 100000', 'messages-per-source-per-second-max = 10000000',
    'transactions-max = 2000000', '',
    # Fifty parties and room for those that come before the last ones are gone.
    '[conferences.800]', 'parties-max = 200', '',
    '[control]', f'socket = "{run}/control.sock"', '',
    '[log]', 'level = "info"', '',
    '[store]', f'state-directory = "{run}/state"', 'facts-waiting-max = 1000000', '',
]
for number in range(1000):
    user = f"u{number:04d}"
    lines += [f'[extensions.{user}]', f'name = "User {number}"', f'password = "secret-of-{user}"', 'calls-max = 10000', '']
with open(os.path.join(run, "pbx.toml"), "w") as file:
    file.write("\n".join(lines))
