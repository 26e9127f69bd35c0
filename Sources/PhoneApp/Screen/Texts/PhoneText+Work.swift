import TerminalUI

extension PhoneText {
    /// What is typed, done, and missing.
    static func workRow(_ key: PhoneText) -> Row? { fieldRow(key) ?? doneRow(key) ?? lampRow(key) }

    private static func fieldRow(_ key: PhoneText) -> Row? {
        switch key {
        case .dialLabel: ("Call:", "Anrufen:")
        case .transferLabel: ("Transfer {0} to:", "{0} vermitteln an:")
        case .dialHint: ("type a number or a name", "Nummer oder Namen tippen")
        case .toneHint: ("digits go to {0} as tones", "Ziffern gehen als Töne an {0}")
        case .pickHint: ("digits pick a line", "Ziffern wählen eine Leitung")
        case .nobodyFound: ("nobody of that name in the phone book", "niemand dieses Namens im Telefonbuch")
        case .emptyBook:
            (
                "the phone book is empty: ~/.config/pbx-x/phonebook.toml",
                "das Telefonbuch ist leer: ~/.config/pbx-x/phonebook.toml"
            )
        case .noCalls: ("no calls yet", "noch keine Anrufe")
        case .moreCalls: ("+{0} more", "+{0} weitere")
        case .tooSmall: ("{0}×{1} is too small, {2}×{3} needed", "{0}×{1} ist zu klein, {2}×{3} nötig")
        case .callsRinging: ("calls waiting: {0}", "wartende Anrufe: {0}")
        case .linearHelp:
            (
                "a number picks a line: answers it, or swaps to it; "
                    + "call NUMBER, answer, hangup, hold, transfer NUMBER, find NAME, history, help, quit",
                "eine Zahl wählt eine Leitung: nimmt an oder wechselt dorthin; "
                    + "call NUMMER, answer, hangup, hold, transfer NUMMER, find NAME, history, help, quit"
            )
        default: nil
        }
    }

    private static func lampRow(_ key: PhoneText) -> Row? {
        switch key {
        case .lampUnknown: ("{0}: nobody tells what it is doing", "{0}: niemand sagt, was dort geschieht")
        case .lampIdle: ("{0} is free", "{0} ist frei")
        case .lampRinging: ("it rings at {0}", "bei {0} klingelt es")
        case .lampBusy: ("{0} is busy", "{0} ist besetzt")
        default: nil
        }
    }

    private static func doneRow(_ key: PhoneText) -> Row? {
        switch key {
        case .incomingCall: ("{0} calls", "{0} ruft an")
        case .callWaiting:
            ("{0} calls: answering holds the other call", "{0} ruft an: Annehmen hält das andere Gespräch")
        case .callPlaced: ("calling {0}", "rufe {0} an")
        case .connected: ("{0} and {1} are connected", "{0} und {1} sind verbunden")
        case .transferBegun: ("transferring {0} to {1}", "vermittle {0} an {1}")
        case .transferRuns: ("{0} is being transferred", "{0} wird vermittelt")
        case .transferDone: ("{0} is transferred", "{0} ist vermittelt")
        case .transferFailed:
            (
                "{0} could not be transferred ({1}): the call is still here",
                "{0} ließ sich nicht vermitteln ({1}): das Gespräch ist noch hier"
            )
        case .digitsSent: ("sent: {0}", "gesendet: {0}")
        case .digitReceived: ("{0} pressed {1}", "{0} drückte {1}")
        case .recorded: ("recording complete: {0}", "Aufnahme fertig: {0}")
        case .results: ("found: {0}", "gefunden: {0}")
        case .noCall: ("there is no call", "es gibt kein Gespräch")
        case .noLine: ("no call on line {0}", "kein Gespräch auf Leitung {0}")
        case .pickFirst: ("pick a line first", "zuerst eine Leitung wählen")
        case .nothingToAnswer: ("no call rings or is held", "kein Anruf klingelt oder wird gehalten")
        case .nothingRings: ("no call rings here", "hier klingelt kein Anruf")
        case .needsTwo: ("two answered calls are needed", "dazu gehören zwei angenommene Gespräche")
        case .nothingDialled: ("nothing was dialled yet", "noch nichts gewählt")
        case .nobodyToCall: ("whom? type a number or a name", "wen? Nummer oder Namen tippen")
        case .problem: ("problem", "Problem")
        case .logAccount: ("account", "Konto")
        case .logCall: ("call", "Anruf")
        case .unknownCommand: ("unknown command \"{0}\"{1}", "unbekannter Befehl \"{0}\"{1}")
        case .usage: ("usage: {0}", "Aufruf: {0}")
        case .reallyQuit: ("Leaving ends {0} call(s). Leave?", "Das beendet {0} Gespräch(e). Beenden?")
        case .yesOrNo: ("y yes   Esc no", "j ja   Esc nein")
        case .connectWith: ("Connect {0} with which line?", "{0} mit welcher Leitung verbinden?")
        default: nil
        }
    }
}
