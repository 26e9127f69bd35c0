package import ControlProtocol
package import PBXBase
package import PBXModel
package import TerminalUI

/// Everything that can happen to a console.
package enum ConsoleEvent: ProgramEvent {
    case key(KeyEvent)
    case pasted(String)
    case resized(Size)
    case ticked(Now)
    case link(LinkReport)
    case snapshot(SubscribeCommand.Reply)
    case callChanged(CallSnapshot, EventType)
    case callEnded(CallRecordReport)
    case callNoted(CallNote)
    case registrationAdded(RegistrationSnapshot)
    case registrationRemoved(RegistrationRemoval)
    case settingsChanged(UserSettings)
    case configurationReloaded(Int)
    case eventsLost(Int)
    case directoryListed([DirectoryEntry])
    case parkingSlotsListed([String])
    case recordsListed([CallRecordReport])
    /// What passed on the wire for a call, by its identity; or why that is not told.
    case traced(String, Result<WireTraceReport, ControlFailure>)
    /// A command was done, or was not. `title`: what the user called it.
    case commandDone(title: String, showsResult: Bool, Result<JSONValue, ControlFailure>)
    /// Linear mode: a line was entered.
    case entered(String)
}

/// What the runner must do.
package enum ConsoleEffect: Hashable, Sendable {
    case send(CommandName, CommandParameters, title: String, showsResult: Bool)
    case listDirectory
    case listRecords
    /// Fetch what passed on the wire for this call.
    case trace(String)
    case alert(String)
    case reconnect
    case redraw
    case quit
}
