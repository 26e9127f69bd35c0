package import TerminalUI

/// Every text of the phone's screen, in every language: the table that a translator extends. `{0}` is filled in.
package enum PhoneText: Hashable, Sendable, CaseIterable {
    // Pages
    case phone, history, book, log, help
    // Columns
    case who, number, state, time, sound, account, messages, name, group, latest, began, talk, event
    // States of lines
    case calling, rings, incoming, talking, onHold, holdsYou, bothHold, inConference, transferring, ended
    case encrypted, notEncrypted
    // Ends of calls, and what history says of them
    case endHere, endThere, endTransferred, endNoSound, endLost, missed, declined, outgoing, received, givenUp, failed
    case busy, notFound, noAnswer, notAllowed, refusedThere, refusedStatus
    // Accounts
    case registering, registered, registrationOff, notRegistered, noAccount, messagesCount, messagesNew, missedCalls
    case lost, lostSince, lostTrying, lostForGood, allWell, accountChosen
    // Sound
    case microphone, speaker, muted, mutedMark, noCard, volumeIs
    // The field
    case dialLabel, transferLabel, dialHint, toneHint, pickHint, nobodyFound, emptyBook, noCalls, moreCalls
    // What was done, or is missing for it
    case incomingCall, callWaiting, callPlaced, connected, transferBegun, transferRuns, transferDone, transferFailed
    case digitsSent, digitReceived, recorded, results, lampUnknown, lampIdle, lampRinging, lampBusy
    case noCall, noLine, pickFirst, nothingToAnswer, nothingRings, needsTwo, nothingDialled, nobodyToCall, problem
    case unknownCommand, usage, reallyQuit, yesOrNo, connectWith
    // Keys: labels of the footer
    case answer, call, callBack, dial, hangUp, decline, hold, transfer, connect, conference, redial, mute
    case toneKeys, digitKeys, lineKeys, volumeKeys, backLabel, pages, quit
    // Keys: sentences of the help
    case answerHelp, callHelp, callBackHelp, dialHelp, hangUpHelp, declineHelp, holdHelp, transferHelp, connectHelp
    case conferenceHelp, redialHelp, muteHelp, toneHelp, digitHelp, lineHelp, louderHelp, quieterHelp, quitHelp
    case lineUp, lineDown, up, down, pageUp, pageDown, first, last, back, nextPage, previousPage, helpHere, redraw
    case commandHelp, ownCommands, ownCommandsHelp
    case helpCalls, helpTalking, helpPicking, helpIdle, helpDialling, helpLists
    // Other
    case tooSmall, callsRinging, linearHelp, logAccount, logCall

    typealias Row = TextTable<PhoneText>.Row

    package static func table(_ language: Language) -> TextTable<PhoneText> {
        TextTable(language) { key in row(key) }
    }

    private static func row(_ key: PhoneText) -> Row {
        stateRow(key) ?? endRow(key) ?? accountRow(key) ?? workRow(key) ?? labelRow(key) ?? helpRow(key) ?? ("", "")
    }

    static func name(of page: PhonePage) -> PhoneText {
        switch page {
        case .phone: .phone
        case .history: .history
        case .book: .book
        case .log: .log
        case .help: .help
        }
    }

    private static func stateRow(_ key: PhoneText) -> Row? {
        switch key {
        case .phone: ("Phone", "Telefon")
        case .history: ("History", "Verlauf")
        case .book: ("Phone book", "Telefonbuch")
        case .log: ("Log", "Ereignisse")
        case .help: ("Help", "Hilfe")
        case .who: ("Who", "Wer")
        case .number: ("Number", "Nummer")
        case .state: ("State", "Zustand")
        case .time: ("Time", "Zeit")
        case .sound: ("Sound", "Ton")
        case .account: ("Account", "Konto")
        case .messages: ("Messages", "Nachrichten")
        case .name: ("Name", "Name")
        case .group: ("Group", "Gruppe")
        case .latest: ("Calls", "Anrufe")
        case .began: ("Began", "Beginn")
        case .talk: ("Talk", "Dauer")
        case .event: ("Event", "Ereignis")
        case .calling: ("calling", "ruft an")
        case .rings: ("ringing", "klingelt dort")
        case .incoming: ("for you", "für Sie")
        case .talking: ("talking", "spricht")
        case .onHold: ("on hold", "gehalten")
        case .holdsYou: ("holds you", "hält Sie")
        case .bothHold: ("both hold", "beide halten")
        case .inConference: ("conference", "Konferenz")
        case .transferring: ("transferring", "vermittelt")
        case .ended: ("ended", "beendet")
        case .encrypted: ("encrypted", "gesichert")
        case .notEncrypted: ("open", "offen")
        default: nil
        }
    }

    private static func endRow(_ key: PhoneText) -> Row? {
        switch key {
        case .endHere: ("hung up", "aufgelegt")
        case .endThere: ("hung up there", "dort aufgelegt")
        case .endTransferred: ("transferred", "vermittelt")
        case .endNoSound: ("no sound in common: {0}", "kein gemeinsamer Ton: {0}")
        case .endLost: ("the connection was lost", "die Verbindung ist abgerissen")
        case .missed: ("missed", "verpasst")
        case .declined: ("declined", "abgelehnt")
        case .outgoing: ("called", "angerufen")
        case .received: ("answered", "angenommen")
        case .givenUp: ("given up", "aufgegeben")
        case .failed: ("failed", "gescheitert")
        case .busy: ("busy", "besetzt")
        case .notFound: ("no such number ({0})", "Nummer unbekannt ({0})")
        case .noAnswer: ("no answer ({0})", "keine Antwort ({0})")
        case .notAllowed: ("not allowed ({0})", "nicht erlaubt ({0})")
        case .refusedThere: ("declined there", "dort abgelehnt")
        case .refusedStatus: ("refused ({0})", "abgewiesen ({0})")
        default: nil
        }
    }

    private static func accountRow(_ key: PhoneText) -> Row? {
        switch key {
        case .registering: ("registering", "wird angemeldet")
        case .registered: ("registered", "angemeldet")
        case .registrationOff: ("calls only", "nur Anrufe")
        case .notRegistered: ("not registered", "nicht angemeldet")
        case .noAccount: ("none: calls go straight to addresses", "keins: Anrufe gehen direkt an Adressen")
        case .messagesCount: ("{0} new, {1} old", "{0} neu, {1} alt")
        case .messagesNew: ("new messages: {0}", "neue Nachrichten: {0}")
        case .missedCalls: ("missed calls: {0}", "verpasste Anrufe: {0}")
        case .lost: ("{0} NOT REGISTERED for {1}", "{0} NICHT ANGEMELDET seit {1}")
        case .lostSince: ("not registered since {0}: {1}", "nicht angemeldet seit {0} Uhr: {1}")
        case .lostTrying: ("calls go on; trying again", "Gespräche laufen weiter; neuer Versuch folgt")
        case .lostForGood:
            ("check account and password, then :register", "Konto und Passwort prüfen, dann :register")
        case .allWell: ("no missed calls", "keine verpassten Anrufe")
        case .accountChosen: ("calls are placed with {0} now", "angerufen wird nun mit {0}")
        case .microphone: ("Microphone", "Mikrofon")
        case .speaker: ("Speaker", "Hörer")
        case .muted: ("the microphone is muted: nobody hears you", "das Mikrofon ist stumm: niemand hört Sie")
        case .mutedMark: ("MUTED", "STUMM")
        case .noCard: ("no microphone and speaker in use", "Mikrofon und Hörer werden nicht benutzt")
        case .volumeIs: ("volume {0} %", "Lautstärke {0} %")
        default: nil
        }
    }
}
