import Glibc
import PBXServer

// The runtime's thread pool asks for a lower `nice` than an unprivileged user may have, and would put a line about it
// into the system log at every start.
setenv("LIBDISPATCH_LOG", "no", 0)
await DaemonCommand.start()
