/// What a user interface wants of the phone's runner.
package enum DeskOrder: Hashable, Sendable {
    case command(PhoneCommand)
    /// A line on standard output.
    case write(String)
    /// Ends the program with this status once calls and registrations are taken down.
    case exit(Int32)
}
