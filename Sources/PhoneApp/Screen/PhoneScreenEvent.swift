package import PBXBase
package import TerminalUI

/// Everything that can happen to the phone's screen.
package enum PhoneScreenEvent: ProgramEvent {
    case key(KeyEvent)
    case pasted(String)
    case resized(Size)
    case ticked(Now)
    case phone(PhoneEvent)
    /// A call has ended and was kept.
    case remembered(HistoryEntry)
    /// Something of this machine does not work; in words.
    case troubled(String)
    /// Linear mode: a line was entered.
    case entered(String)
}

/// What the runner must do.
package enum PhoneScreenEffect: Hashable, Sendable {
    case command(PhoneCommand)
    /// The user has looked at the missed calls of before.
    case markSeen(WallTime)
    case alert(String)
    case redraw
    case quit
}
