import PBXBase
import TerminalUI

/// How a call looks: who is at the other end, in which state, since when, and how its sound travels.
struct LineFace {
    var who: String
    var number: String
    var state: StyledText
    var time: String
    var sound: String

    init(_ line: PhoneLine, _ state: PhoneScreenState) {
        let summary = line.summary
        who = state.name(of: summary.peer)
        number = summary.peer.number
        self.state = Self.state(of: line, state.texts)
        // Waiting time until the answer, talking time from then on.
        time = state.format.duration(state.now.wall - (line.answeredAt ?? line.began))
        sound = Self.sound(of: summary, state.texts)
    }

    /// A sign and a word, each enough by itself.
    static func state(of line: PhoneLine, _ texts: TextTable<PhoneText>) -> StyledText {
        let word = word(of: line, texts)
        return switch line.summary.state {
        case .calling, .ringing: StyledText("◐ \(word)", Style(.yellow))
        case .incoming: StyledText("● \(word)", Style(.yellow, .bold))
        case .active where line.summary.isHeldByPeer: StyledText("‖ \(word)", Style(.magenta, .bold))
        case .active: StyledText("▶ \(word)", Style(.green))
        case .held: StyledText("‖ \(word)", Style(.cyan, .bold))
        case .ended: StyledText("· \(word)", .dim)
        }
    }

    static func word(of line: PhoneLine, _ texts: TextTable<PhoneText>) -> String {
        let summary = line.summary
        return switch summary.state {
        case .calling: texts[.calling]
        case .ringing: texts[.rings]
        case .incoming: texts[.incoming]
        case .active where line.isTransferring: texts[.transferring]
        case .active where summary.isHeldByPeer: texts[.holdsYou]
        case .active where summary.isInConference: texts[.inConference]
        case .active: texts[.talking]
        case .held where line.isTransferring: texts[.transferring]
        case .held where summary.isHeldByPeer: texts[.bothHold]
        case .held: texts[.onHold]
        case .ended: texts[.ended]
        }
    }

    /// `opus · encrypted`; nothing before there is sound.
    static func sound(of summary: LineSummary, _ texts: TextTable<PhoneText>) -> String {
        summary.codec.map { "\($0) · \(texts[summary.isEncrypted ? .encrypted : .notEncrypted])" } ?? ""
    }

    /// Why a call ended, in words.
    static func end(_ end: LineEnd, _ texts: TextTable<PhoneText>) -> String {
        switch end {
        case .here: texts[.endHere]
        case .there: texts[.endThere]
        case .missed: texts[.missed]
        case .transferred: texts[.endTransferred]
        case .declined: texts[.declined]
        case .refused(let status, let phrase): refusal(status, phrase, texts)
        case .mediaFailed(let problem): texts(.endNoSound, problem)
        case .lost: texts[.endLost]
        }
    }

    /// What people are told of a final response; the number is for those who help them.
    static func refusal(_ status: Int, _ phrase: String, _ texts: TextTable<PhoneText>) -> String {
        switch status {
        case 486, 600: texts[.busy]
        case 404, 410, 484, 604: texts(.notFound, "\(status)")
        case 408, 480, 487: texts(.noAnswer, "\(status)")
        case 401, 403, 407: texts(.notAllowed, "\(status)")
        case 603: texts[.refusedThere]
        default: phrase.isEmpty ? texts(.refusedStatus, "\(status)") : "\(status) \(phrase)"
        }
    }
}

extension HistoryEntry {
    /// A sign for the direction and a word for what came of it, each enough by itself.
    func styled(_ texts: TextTable<PhoneText>) -> StyledText {
        let arrow = isOutgoing ? "→" : "←"
        return switch outcome {
        case .answered: StyledText("\(arrow) \(texts[isOutgoing ? .outgoing : .received])", Style(.green))
        case .missed: StyledText("✗ \(texts[.missed])", Style(.red, .bold))
        case .declined: StyledText("\(arrow) \(texts[.declined])", .dim)
        case .givenUp: StyledText("\(arrow) \(texts[.givenUp])", .dim)
        case .refused: StyledText("\(arrow) \(LineFace.refusal(status ?? 0, "", texts))", Style(.yellow))
        case .failed: StyledText("\(arrow) \(texts[.failed])", Style(.yellow))
        }
    }
}
