import Glibc
import PhoneApp

exit(PhoneProgram.run(Array(CommandLine.arguments.dropFirst())))
