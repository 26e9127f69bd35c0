import TerminalUI

/// Texts of a call's messages on the wire.
extension ConsoleText {
    static func ladderRow(_ key: ConsoleText) -> TextTable<ConsoleText>.Row? {
        switch key {
        case .ladder: ("Ladder", "Ablauf")
        case .noLadder:
            (
                "choose a call: Enter in calls or history shows its messages",
                "Gespräch wählen: Enter in Gespräche oder Verlauf zeigt seine Nachrichten"
            )
        case .fetchingLadder: ("fetching the messages…", "hole die Nachrichten…")
        case .noMessages:
            ("no messages of this call are kept any more", "von diesem Gespräch sind keine Nachrichten mehr da")
        case .ladderCut: ("the first ones are not kept any more", "die ersten sind nicht mehr da")
        case .showLadderHelp:
            ("Show the call's SIP messages and how its audio fares", "SIP-Nachrichten und Tonqualität zeigen")
        case .message: ("message", "Nachricht")
        case .showMessageHelp: ("Show this message in full", "Diese Nachricht ganz zeigen")
        case .goBack: ("back", "zurück")
        case .messagesCount: ("messages: {0}", "Nachrichten: {0}")
        case .audioLine:
            (
                "{0}: {1}, {2} packets, {3} lost, jitter {4}, MOS {5}",
                "{0}: {1}, {2} Pakete, {3} verloren, Jitter {4}, MOS {5}"
            )
        default: nil
        }
    }
}
