package import TerminalUI

/// Every text of the console, in every language: the table that a translator extends. `{0}` is filled in.
package enum ConsoleText: Hashable, Sendable, CaseIterable {
    // Screens
    case switchboard, calls, history, phones, log, help
    // Columns
    case loop, who, number, dialled, state, time, name, from, to, began, wait, talk, outcome, phone, address, expires,
        event
    // States
    case free, busy, rings, offline, calling, incoming, talking, onHold, arriving, ended, group, outside
    // Switchboard
    case search, nobodyFound, everybody, moreCalls, noLoopCall, wholeCompany, callsAndPhones, noCalls, noRecords,
        noPhones
    // Link
    case connecting, lost, lostSince, asItWas, live, retryIn, notConnected, connectedAgain, eventsLost
    // Operations
    case answer, decline, hangUp, hold, resume, transfer, consult, complete, cancelTransfer, swap, threeWay, park,
        pageAndPark, mailbox,
        pullBack, pickUp, call
    case waits, asks, threeWayState, parkedState, ownPhoneRings, asking, handingOver, parkedAtSlot, goBackToCaller
    case hangUpHelp, threeWayHelp, declineHelp, pullBackHelp, pickUpHelp, pageAndParkHelp, transferHelp, parkHelp
    case holdHelp
    case notAvailable, chooseCall, choosePerson, chooseOwn, done, callPlaced, reallyHangUp, yesOrNo
    // Keys
    case pickLoop, screens, nextScreen, previousScreen, command, helpHere, quit, quitHelp, redraw, up, down, pageUp,
        pageDown,
        first, last, back, dial, dialHelp, ownNumberSet, seeExtensions, refresh, refreshHelp, close
    // Own settings
    case doNotDisturb, doNotDisturbHelp, forward, forwardHelp, goesTo, presence
    // Notes
    case note, noteHelp
    // Commands
    case unknownCommand, unknownLoop, missingWord, results, commandHelp
    // Parking
    case parked, slot, parkedBy, noParked, noSlots, isFetched, fetch, fetchHelp, parkHere, parkHereHelp, chooseSlot,
        parkedLine, slotFree
    // Ladder
    case ladder, noLadder, fetchingLadder, noMessages, ladderCut, showLadderHelp, message, showMessageHelp, goBack,
        messagesCount, audioLine
    // Other
    case tooSmall, callsRinging, keysOf, linearHelp, goneCall

    package static func table(_ language: Language) -> TextTable<ConsoleText> {
        TextTable(language) { key in row(key) }
    }

    private static func row(_ key: ConsoleText) -> TextTable<ConsoleText>.Row {
        screenRow(key) ?? stateRow(key) ?? operationRow(key) ?? keyRow(key) ?? callKeyRow(key) ?? settingRow(key)
            ?? parkRow(key)
            ?? ladderRow(key) ?? otherRow(key)
    }

    private static func screenRow(_ key: ConsoleText) -> TextTable<ConsoleText>.Row? {
        switch key {
        case .switchboard: ("Switchboard", "Vermittlung")
        case .calls: ("Calls", "Gespräche")
        case .history: ("History", "Verlauf")
        case .phones: ("Phones", "Telefone")
        case .log: ("Log", "Ereignisse")
        case .help: ("Help", "Hilfe")
        case .loop: ("Loop", "Platz")
        case .who: ("Who", "Wer")
        case .number: ("Number", "Nummer")
        case .dialled: ("Dialled", "Gewählt")
        case .state: ("State", "Zustand")
        case .time: ("Time", "Zeit")
        case .name: ("Name", "Name")
        case .from: ("From", "Von")
        case .to: ("To", "An")
        case .began: ("Began", "Beginn")
        case .wait: ("Wait", "Warten")
        case .talk: ("Talk", "Dauer")
        case .outcome: ("Outcome", "Ausgang")
        case .phone: ("Phone", "Telefon")
        case .address: ("Address", "Adresse")
        case .expires: ("Expires", "Läuft ab")
        case .event: ("Event", "Ereignis")
        default: nil
        }
    }

    private static func stateRow(_ key: ConsoleText) -> TextTable<ConsoleText>.Row? {
        switch key {
        case .free: ("free", "frei")
        case .busy: ("busy", "besetzt")
        case .rings: ("ringing", "klingelt")
        case .offline: ("no phone", "kein Telefon")
        case .calling: ("calling", "ruft an")
        case .incoming: ("for you", "für Sie")
        case .talking: ("talking", "spricht")
        case .onHold: ("on hold", "gehalten")
        case .waits: ("waits", "wartet")
        case .asks: ("asked", "Rückfrage")
        case .parkedState: ("parked {0}", "geparkt {0}")
        case .ownPhoneRings: ("your phone", "Ihr Telefon")
        case .threeWayState: ("three-way", "zu dritt")
        case .arriving: ("arriving", "kommt an")
        case .ended: ("ended", "beendet")
        case .group: ("group", "Gruppe")
        case .outside: ("outside", "außerhalb")
        case .search: ("Search: ", "Suche: ")
        case .nobodyFound: ("nobody found: Esc clears the search", "niemand gefunden: Esc löscht die Suche")
        case .everybody: ("type a name, or / and a number", "Namen tippen, oder / und eine Nummer")
        case .moreCalls: ("+{0} more", "+{0} weitere")
        case .noLoopCall: ("–", "–")
        case .wholeCompany: ("whole company", "ganze Firma")
        case .callsAndPhones: ("calls {0} · phones {1}", "Gespräche {0} · Telefone {1}")
        case .noCalls: ("no calls are up", "keine Gespräche")
        case .noRecords: ("no calls recorded yet", "noch keine Anrufe aufgezeichnet")
        case .noPhones: ("no phone is registered", "kein Telefon ist angemeldet")
        case .connecting: ("connecting…", "verbinde…")
        case .lost: ("NO CONNECTION for {0}", "KEINE VERBINDUNG seit {0}")
        case .lostSince: ("no connection since {0}: {1}", "keine Verbindung seit {0} Uhr: {1}")
        case .asItWas: ("all is shown as it was: {0}", "gezeigt wird der Stand von dann: {0}")
        case .live: ("live", "verbunden")
        case .retryIn: ("next try in {0} s", "nächster Versuch in {0} s")
        case .notConnected:
            (
                "not connected: nothing was done, try again when the link is back",
                "nicht verbunden: nichts geschehen, nach dem Wiederverbinden erneut versuchen"
            )
        case .connectedAgain: ("connected again", "wieder verbunden")
        case .eventsLost:
            (
                "events missed: {0}; the screen is up to date again",
                "verpasste Ereignisse: {0}; die Anzeige stimmt wieder"
            )
        default: nil
        }
    }

    private static func operationRow(_ key: ConsoleText) -> TextTable<ConsoleText>.Row? {
        switch key {
        case .answer: ("answer", "annehmen")
        case .decline: ("decline", "ablehnen")
        case .hangUp: ("hang up", "auflegen")
        case .hold: ("hold", "halten")
        case .resume: ("resume", "zurückholen")
        case .transfer: ("transfer", "vermitteln")
        case .consult: ("ask first", "rückfragen")
        case .complete: ("connect", "verbinden")
        case .cancelTransfer: ("go back to the caller", "zurück zum Anrufer")
        case .swap: ("swap", "makeln")
        case .threeWay: ("three-way call", "Dreierkonferenz")
        case .park: ("park", "parken")
        case .pageAndPark: ("page and park", "ausrufen und parken")
        case .mailbox: ("to mailbox", "zum Anrufbeantworter")
        case .pullBack: ("pull back", "zurückrufen")
        case .pickUp: ("pick up", "heranholen")
        case .call: ("call", "anrufen")
        case .notAvailable: ("{0}: not available on this server", "{0}: auf diesem Server nicht verfügbar")
        case .chooseCall: ("{0}: choose a call first (1 to 6)", "{0}: zuerst ein Gespräch wählen (1 bis 6)")
        case .choosePerson: ("{0}: choose somebody first (type a name)", "{0}: zuerst jemanden wählen (Namen tippen)")
        case .chooseOwn:
            ("{0}: say which phone is yours first (:me NUMBER)", "{0}: zuerst das eigene Telefon angeben (:me NUMMER)")
        case .done: ("{0}: done", "{0}: erledigt")
        case .asking:
            ("asking {0}: {1} connects, {2} goes back", "Rückfrage bei {0}: {1} verbindet, {2} geht zurück")
        case .handingOver:
            ("ringing at {0}: {1} takes the call back", "es klingelt bei {0}: {1} holt das Gespräch zurück")
        case .parkedAtSlot: ("parked at {0}: {1} shows who waits", "geparkt auf {0}: {1} zeigt, wer wartet")
        case .goBackToCaller: ("go back", "zurück")
        case .callPlaced: ("calling {0}: pick up your phone, or {1}", "rufe {0} an: bitte abheben, oder {1}")
        case .reallyHangUp: ("Hang up the call of {0} and {1}?", "Gespräch von {0} und {1} beenden?")
        case .yesOrNo: ("y yes   Esc no", "j ja   Esc nein")
        default: nil
        }
    }

    private static func keyRow(_ key: ConsoleText) -> TextTable<ConsoleText>.Row? {
        switch key {
        case .pickLoop: ("Pick a call: answer it, or swap to it", "Gespräch wählen: annehmen oder dorthin wechseln")
        case .hangUpHelp:
            (
                "Hang up, refuse what rings, or go back from asking",
                "Auflegen, Klingelndes ablehnen oder von der Rückfrage zurück"
            )
        case .threeWayHelp: ("All three hear each other", "Alle drei hören einander")
        case .screens: ("screens", "Ansichten")
        case .nextScreen: ("Next screen", "Nächste Ansicht")
        case .previousScreen: ("Previous screen", "Vorige Ansicht")
        case .command: ("Type a command; Tab completes it", "Befehl tippen; Tab ergänzt")
        case .helpHere: ("Keys of this place", "Tasten an dieser Stelle")
        case .quit: ("quit", "Ende")
        case .quitHelp: ("Leave the console; calls go on", "Konsole verlassen; Gespräche laufen weiter")
        case .redraw: ("Draw the screen anew", "Anzeige neu zeichnen")
        case .up: ("Up", "Nach oben")
        case .down: ("Down", "Nach unten")
        case .pageUp: ("A page up", "Eine Seite nach oben")
        case .pageDown: ("A page down", "Eine Seite nach unten")
        case .first: ("To the first", "Zum ersten")
        case .last: ("To the last", "Zum letzten")
        case .back: ("One step back; never hangs up", "Einen Schritt zurück; legt nie auf")
        case .dial: ("call", "rufen")
        case .dialHelp:
            (
                "Call the chosen person, or ask them about the chosen call; again connects",
                "Gewählte Person anrufen oder zum gewählten Gespräch rückfragen; nochmals verbindet"
            )
        case .ownNumberSet: ("your phone is {0} now", "Ihr Telefon ist jetzt {0}")
        case .seeExtensions: ("no extension {0} in the directory", "keine Nebenstelle {0} im Verzeichnis")
        case .refresh: ("refresh", "neu laden")
        case .refreshHelp: ("Fetch directory and history anew", "Verzeichnis und Verlauf neu laden")
        case .close: ("close", "schließen")
        default: nil
        }
    }

    private static func settingRow(_ key: ConsoleText) -> TextTable<ConsoleText>.Row? {
        switch key {
        case .doNotDisturb: ("do not disturb", "nicht stören")
        case .doNotDisturbHelp: ("Do not disturb your phone, or again", "Eigenes Telefon nicht stören, oder wieder")
        case .forward: ("forward", "umleiten")
        case .forwardHelp: ("Forward your calls to a number, or off", "Eigene Anrufe an eine Nummer umleiten, oder off")
        case .goesTo: ("goes to {0}", "geht an {0}")
        case .presence: ("presence", "Anwesenheit")
        case .note: ("note", "Notiz")
        case .noteHelp: ("Note something of the chosen call", "Etwas zum gewählten Gespräch notieren")
        default: nil
        }
    }

    private static func otherRow(_ key: ConsoleText) -> TextTable<ConsoleText>.Row {
        switch key {
        case .unknownCommand: ("unknown command \"{0}\"{1}", "unbekannter Befehl \"{0}\"{1}")
        case .unknownLoop: ("no call at {0}", "kein Gespräch auf {0}")
        case .missingWord: ("{0} needs {1}", "{0} braucht {1}")
        case .results: ("found: {0}", "gefunden: {0}")
        case .commandHelp: ("Commands after :", "Befehle nach :")
        case .tooSmall: ("{0}×{1} is too small, {2}×{3} needed", "{0}×{1} ist zu klein, {2}×{3} nötig")
        case .callsRinging: ("calls waiting: {0}", "wartende Anrufe: {0}")
        case .keysOf: ("Keys", "Tasten")
        case .linearHelp:
            (
                "a number picks a call; hold, park, transfer NUMBER, call NUMBER, find NAME, calls, help, quit",
                "eine Zahl wählt ein Gespräch; hold, park, transfer NUMMER, call NUMMER, find NAME, calls, help, quit"
            )
        case .goneCall: ("{0}: ended", "{0}: beendet")
        default: ("", "")
        }
    }
}

extension ConsoleText {
    static func name(of screen: Screen) -> ConsoleText {
        switch screen {
        case .switchboard: .switchboard
        case .calls: .calls
        case .history: .history
        case .phones: .phones
        case .log: .log
        case .parked: .parked
        case .ladder: .ladder
        case .help: .help
        }
    }
}
