package import PBXBase

/// What a user interface wants of the phone's runner.
package enum DeskOrder: Hashable, Sendable {
    case command(PhoneCommand)
    /// A line on standard output.
    case write(String)
    /// A line of the history.
    case remember(HistoryLine)
    /// Ends the program with this status once calls and registrations are taken down.
    case exit(Int32)
}

/// A user interface as the runner sees it: told what happens, it answers with orders. A value, on the runner's loop.
package protocol PhoneDesk: Sendable {
    /// The phone is there.
    mutating func started() -> [DeskOrder]
    mutating func told(_ event: PhoneEvent, at now: WallTime) -> [DeskOrder]
    /// Something of this machine does not work; in words.
    mutating func troubled(_ problem: String) -> [DeskOrder]
    /// A line was written to the phone.
    mutating func lineRead(_ text: String) -> [DeskOrder]
    /// There will be no more lines.
    mutating func inputEnded() -> [DeskOrder]
    /// Somebody wants the program to end.
    mutating func interrupted() -> [DeskOrder]
}
