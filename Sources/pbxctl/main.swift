import AdminCLI
import Glibc

// Keeps the runtime's thread pool from telling the system log that it may not lower its `nice`; see pbxd.
setenv("LIBDISPATCH_LOG", "no", 0)
exit(await AdminProgram.run(Array(CommandLine.arguments.dropFirst())))
