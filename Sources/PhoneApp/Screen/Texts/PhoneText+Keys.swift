import TerminalUI

extension PhoneText {
    /// Labels in the last row: a word or two. Those of key ranges go on after the first key.
    static func labelRow(_ key: PhoneText) -> Row? {
        switch key {
        case .answer: ("answer", "annehmen")
        case .call: ("call", "anrufen")
        case .callBack: ("call back", "zurückrufen")
        case .dial: ("dial", "wählen")
        case .hangUp: ("hang up", "auflegen")
        case .decline: ("decline", "ablehnen")
        case .hold: ("hold", "halten")
        case .transfer: ("transfer", "vermitteln")
        case .connect: ("connect", "verbinden")
        case .conference: ("join", "Konferenz")
        case .redial: ("redial", "Wahlwiederholung")
        case .mute: ("mute", "stumm")
        case .toneKeys: ("…9*# tones", "…9*# Töne")
        case .digitKeys: ("…9 dial", "…9 wählen")
        case .lineKeys: ("…6 lines", "…6 Leitungen")
        case .volumeKeys: ("- volume", "- Lautstärke")
        case .backLabel: ("back", "zurück")
        case .pages: ("pages", "Ansichten")
        case .quit: ("quit", "Ende")
        default: nil
        }
    }

    /// Sentences on the help page.
    static func helpRow(_ key: PhoneText) -> Row? { callHelpRow(key) ?? placeHelpRow(key) }

    private static func callHelpRow(_ key: PhoneText) -> Row? {
        switch key {
        case .answerHelp: ("Answer, or go on with a held call", "Annehmen oder ein gehaltenes Gespräch fortsetzen")
        case .callHelp: ("Call who is typed or chosen", "Anrufen, wer getippt oder gewählt ist")
        case .callBackHelp: ("Call back", "Zurückrufen")
        case .dialHelp: ("Type a number or a name, calls or not", "Nummer oder Namen tippen, auch während Gesprächen")
        case .hangUpHelp: ("Hang up this line", "Diese Leitung auflegen")
        case .declineHelp: ("Decline who rings: busy", "Den Anruf ablehnen: besetzt")
        case .holdHelp: ("Hold, or go on", "Halten oder fortsetzen")
        case .transferHelp: ("Transfer without asking there", "Ohne Rückfrage vermitteln")
        case .connectHelp: ("Connect two calls and leave them", "Zwei Gespräche verbinden und verlassen")
        case .conferenceHelp: ("Join all calls, or take them apart", "Alle zusammenschalten oder wieder trennen")
        case .redialHelp: ("Call the last number again", "Die letzte Nummer nochmals anrufen")
        case .muteHelp: ("Mute the microphone, or undo it", "Mikrofon stumm schalten oder wieder an")
        case .toneHelp: ("Send tones to who is talking", "Töne an den Sprechenden senden")
        case .digitHelp: ("Begin a number to call", "Eine Nummer beginnen")
        case .lineHelp: ("Pick a line: answer it, or swap to it", "Leitung wählen: annehmen oder dorthin wechseln")
        case .louderHelp: ("Louder", "Lauter")
        case .quieterHelp: ("Quieter", "Leiser")
        case .quitHelp: ("Leave: ends all calls", "Beenden: beendet alle Gespräche")
        default: nil
        }
    }

    private static func placeHelpRow(_ key: PhoneText) -> Row? {
        switch key {
        case .lineUp: ("The line above, without a swap", "Die Leitung darüber, ohne zu wechseln")
        case .lineDown: ("The line below, without a swap", "Die Leitung darunter, ohne zu wechseln")
        case .up: ("Up", "Nach oben")
        case .down: ("Down", "Nach unten")
        case .pageUp: ("A page up", "Eine Seite nach oben")
        case .pageDown: ("A page down", "Eine Seite nach unten")
        case .first: ("To the first", "Zum ersten")
        case .last: ("To the last", "Zum letzten")
        case .back: ("One step back; never hangs up", "Einen Schritt zurück; legt nie auf")
        case .nextPage: ("Next page", "Nächste Ansicht")
        case .previousPage: ("Previous page", "Vorige Ansicht")
        case .helpHere: ("All keys and commands", "Alle Tasten und Befehle")
        case .redraw: ("Draw the screen anew", "Anzeige neu zeichnen")
        case .commandHelp: ("Type a command; Tab completes it", "Befehl tippen; Tab ergänzt")
        case .ownCommands: ("find, account, register", "find, account, register")
        case .ownCommandsHelp:
            (
                "search the phone book; place calls with account 2; register anew at once",
                "Telefonbuch durchsuchen; mit Konto 2 anrufen; sofort neu anmelden"
            )
        case .helpCalls: ("Calls", "Gespräche")
        case .helpTalking: ("While a call talks", "Während eines Gesprächs")
        case .helpPicking: ("While calls ring or are held", "Während Anrufe klingeln oder gehalten werden")
        case .helpIdle: ("Without a call", "Ohne Gespräch")
        case .helpDialling: ("While typing", "Beim Tippen")
        case .helpLists: ("In lists", "In Listen")
        default: nil
        }
    }
}
