import TerminalUI

// What the help screen says of keys whose word alone would not explain them.
extension ConsoleText {
    static func callKeyRow(_ key: ConsoleText) -> TextTable<ConsoleText>.Row? {
        switch key {
        case .holdHelp:
            ("Let the other party wait with music, or go on", "Gespräch mit Musik halten, oder weiterführen")
        case .parkHelp:
            ("Let the call wait in a numbered slot for anybody", "Gespräch auf einem Parkplatz warten lassen")
        case .transferHelp:
            ("Hand the call over to the chosen person unasked", "Gespräch ohne Rückfrage an gewählte Person geben")
        case .declineHelp: ("Refuse what rings at your phone", "Ablehnen, was am eigenen Telefon klingelt")
        case .pullBackHelp:
            (
                "Take back a call that was handed over, while it rings and for 10 seconds",
                "Weitergegebenes Gespräch zurückholen, solange es klingelt und 10 Sekunden lang"
            )
        case .pickUpHelp:
            (
                "Ring your phone for a call that rings elsewhere",
                "Anderswo klingelnden Anruf am eigenen Telefon annehmen"
            )
        case .pageAndParkHelp:
            ("Park the call and tell the chosen person of it", "Gespräch parken und gewählte Person davon verständigen")
        default: nil
        }
    }
}
