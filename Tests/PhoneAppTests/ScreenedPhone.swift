import MediaControl
import PBXBase
import PhoneApp
import TerminalUI

/// A phone's screen at a made-up desk, fed by events as the real one is.
struct ScreenedPhone {
    /// 2026-11-23 13:05:09 UTC.
    static let noon = WallTime(microseconds: 1_795_439_109_000_000)

    private(set) var state: PhoneScreenState
    private var effects: [PhoneScreenEffect] = []

    init(
        _ width: Int = 80, _ height: Int = 24, language: Language = .english, hasCard: Bool = true,
        book: PhoneBook = ScreenedPhone.book, history: CallHistory = CallHistory(), keyChanges: [KeyChange] = []
    ) throws {
        state = try PhoneScreenState(
            size: Size(width: width, height: height), now: Now(instant: .zero, wall: Self.noon),
            format: LocalFormat(habit: language == .german ? .german : .british), language: language,
            accounts: [
                PhoneAccountState(name: "101@pbx.example", registers: true),
                PhoneAccountState(name: "anna@sip.example", registers: true),
            ], hasCard: hasCard, book: book, history: history, keyChanges: keyChanges)
    }

    /// Both accounts are registered, no calls.
    static func registered(
        _ width: Int = 80, _ height: Int = 24, language: Language = .english, hasCard: Bool = true,
        history: CallHistory = CallHistory(), keyChanges: [KeyChange] = []
    ) throws -> ScreenedPhone {
        var phone = try ScreenedPhone(
            width, height, language: language, hasCard: hasCard, history: history, keyChanges: keyChanges)
        phone.told(.registered(account: 0, seconds: 600))
        phone.told(.registered(account: 1, seconds: 600))
        return phone
    }

    mutating func take(_ event: PhoneScreenEvent) { effects += PhoneScreen.update(&state, event) }

    mutating func told(_ event: PhoneEvent) { take(.phone(event)) }

    mutating func line(
        _ number: Int, _ lineState: LineState, _ who: String = "102", name: String? = nil, outgoing: Bool = false,
        codec: String? = nil, encrypted: Bool = false, held: Bool = false, conference: Bool = false
    ) {
        told(
            .line(
                Self.summary(
                    number, lineState, who, name: name, outgoing: outgoing, codec: codec, encrypted: encrypted,
                    held: held, conference: conference)))
    }

    static func summary(
        _ number: Int, _ state: LineState, _ who: String = "102", name: String? = nil, outgoing: Bool = false,
        codec: String? = nil, encrypted: Bool = false, held: Bool = false, conference: Bool = false
    ) -> LineSummary {
        LineSummary(
            line: LineNumber(number), state: state,
            peer: PhonePeer(name: name, number: who, uri: "sip:\(who)@pbx.example"), isOutgoing: outgoing, account: 0,
            isHeldByPeer: held, isEncrypted: encrypted, isInConference: conference, codec: codec)
    }

    mutating func end(_ number: Int, _ end: LineEnd, talkSeconds: Int? = nil) {
        guard var summary = state.lines[LineNumber(number)]?.summary else { return }
        summary.state = .ended
        told(.ended(summary, end, talkSeconds: talkSeconds))
    }

    /// Keys by name.
    mutating func press(_ keys: String...) {
        for name in keys { if let key = KeyEvent(name) { take(.key(key)) } }
    }

    mutating func type(_ text: String) {
        for character in text { take(.key(KeyEvent(character))) }
    }

    mutating func pass(seconds: Int) {
        take(.ticked(Now(instant: state.now.instant + .seconds(seconds), wall: state.now.wall + .seconds(seconds))))
    }

    /// What was asked of the runner since the last look.
    mutating func asked() -> [PhoneScreenEffect] {
        defer { effects = [] }
        return effects
    }

    /// The commands among it.
    mutating func commands() -> [PhoneCommand] {
        asked().compactMap { if case .command(let command) = $0 { command } else { nil } }
    }

    func screen() -> Canvas {
        var canvas = Canvas(state.size)
        PhoneScreen.render(state, into: &canvas)
        return canvas
    }

    /// The last row, from the keys that can do something now.
    func keyLine() -> String { screen().buffer.text(row: state.size.height - 1) }

    /// Lines in every state, one more than there are places, messages and meters.
    mutating func getBusy() {
        line(1, .held, "0301234567", name: "Frau Dr. Annegret Müller-Lüdenscheidt", codec: "PCMA")
        line(2, .active, "104", name: "Dora Dietrich", codec: "opus", encrypted: true)
        line(3, .held, "107", codec: "G722", held: true)
        pass(seconds: 58)
        line(4, .incoming, "+4989998877")
        line(5, .calling, "110", outgoing: true)
        line(5, .ringing, "110", outgoing: true)
        line(6, .incoming, "漢字", name: "漢字株式会社")
        line(7, .incoming, "112", name: "Lars Lindner")
        pass(seconds: 7)
        told(.messagesWaiting(account: 0, isWaiting: true, new: 2, old: 5))
        told(.volume(SoundVolumes(speaker: 80, microphone: 100)))
        told(.levels(SoundLevels(microphone: -18, speaker: -42)))
        press("F2")
    }

    static let book = PhoneBook([
        PhoneBookEntry(name: "Anna Ahrens", number: "101", group: "office"),
        PhoneBookEntry(name: "Björn Bär", number: "102", group: "office"),
        PhoneBookEntry(name: "Fritz Müller", number: "106", group: "office"),
        PhoneBookEntry(name: "Gerda Groß", number: "107", group: "office"),
        PhoneBookEntry(name: "Zahnarzt Dr. Weiß", number: "+49 (30) 555-0147", group: "private"),
        PhoneBookEntry(name: "Echo test", number: "*43", group: "services"),
        PhoneBookEntry(name: "Éva Łoś", number: "sip:eva@sip.example", group: "private"),
    ])

    /// A history with a call of every kind, the latest first missed.
    static let history: CallHistory = {
        var history = CallHistory()
        let kinds: [(Bool, HistoryEntry.Outcome, Int?, Int?)] = [
            (false, .answered, nil, 75), (true, .answered, nil, 3_725), (true, .refused, 486, nil),
            (true, .refused, 404, nil), (true, .givenUp, nil, nil), (false, .declined, nil, nil),
            (true, .failed, nil, nil), (false, .missed, nil, nil), (false, .missed, nil, nil),
        ]
        for (index, kind) in kinds.enumerated() {
            history.append(
                HistoryEntry(
                    at: noon + .seconds((index - kinds.count) * 7_000), isOutgoing: kind.0,
                    name: index.isMultiple(of: 3) ? "Dora Dietrich" : nil, number: "10\(index)",
                    uri: "sip:10\(index)@pbx.example", account: "sip:101@pbx.example", outcome: kind.1,
                    status: kind.2, talkSeconds: kind.3))
        }
        return history
    }()
}
