import TerminalUI

extension HeadlessVerb {
    /// What it does, for the help of a screen.
    func summary(in language: Language) -> String {
        switch language {
        case .english: summary
        case .german: germanSummary
        }
    }

    private var germanSummary: String {
        switch self {
        case .call: "ruft eine Nummer oder SIP-Adresse an; wer gerade spricht, wird gehalten"
        case .redial: "ruft nochmals an, wer zuletzt angerufen wurde"
        case .answer: "nimmt einen Anruf an"
        case .decline: "lehnt einen Anruf ab (besetzt)"
        case .hangup: "beendet ein Gespräch oder gibt es auf"
        case .hold: "hält ein Gespräch"
        case .resume: "setzt ein gehaltenes Gespräch fort; andere werden gehalten"
        case .digits: "sendet Ziffern als Ereignisse (RFC 4733), sonst als Töne"
        case .info: "sendet Ziffern als INFO-Nachrichten"
        case .transfer: "vermittelt ohne Rückfrage"
        case .connect: "verbindet die Partner zweier Leitungen und verlässt sie"
        case .join: "schaltet die genannten Leitungen zusammen, oder alle angenommenen"
        case .split: "trennt die Konferenz; alle bis auf eine Leitung werden gehalten"
        case .play: "spielt dem Partner eine Datei einmal vor"
        case .stopplay: "hält das Abspielen an"
        case .record: "nimmt den Partner in eine neue WAV-Datei auf"
        case .stoprecord: "beendet die Aufnahme"
        case .mute: "vom Mikrofon, oder von --play, wird nichts mehr gesendet"
        case .unmute: "hebt die Stummschaltung auf"
        case .volume: "stellt ein, wie laut einer von beiden ist, 0 bis 150 Prozent"
        case .levels: "misst, wie laut es an beiden Enden der Soundkarte ist"
        case .watch: "zeigt von nun an, was das Telefon einer Nummer tut (Lampe)"
        case .unwatch: "beobachtet es nicht mehr"
        case .lines: "zeigt alle Gespräche"
        case .help: "zeigt diese Befehle"
        case .quit: "beendet alle Gespräche und das Telefon"
        }
    }
}
