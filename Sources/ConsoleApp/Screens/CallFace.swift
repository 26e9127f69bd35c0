import PBXBase
import PBXModel
import TerminalUI

/// How a call looks to somebody: who is at the other end, in which state, since when.
struct CallFace {
    var who: String
    var number: String
    var dialled: String
    var state: StyledText
    var time: String

    init(_ call: CallSnapshot, _ state: ConsoleState) {
        let isOurs = call.from == state.ownNumber
        let other = isOurs ? call.answeredBy ?? call.to : call.from
        let entry = state.exchange.directory.entry(other)
        let known = entry.map { entry in entry.company.map { "\(entry.name), \($0)" } ?? entry.name }
        // Our own phone book knows better than what a carrier says of a number.
        let isOutside = entry?.kind == .contact
        who = (isOurs || isOutside || call.fromName.isEmpty ? known : call.fromName) ?? other
        number = other
        dialled = call.to
        let rings = state.ownNumber.map { call.rings(at: $0) } ?? false
        self.state =
            rings && isOurs
            ? StyledText("● \(state.texts[.ownPhoneRings])", Style(.yellow, .bold))
            : Self.state(of: call, isForUs: rings, state.texts)
        time = Self.since(call).map { state.format.duration(Self.moment(state) - $0) } ?? ""
    }

    /// Waiting time until the answer, talking time from then on.
    private static func since(_ call: CallSnapshot) -> WallTime? {
        WallTime(rfc3339: call.answeredAt ?? call.startedAt)
    }

    /// Times stop where the data does.
    static func moment(_ state: ConsoleState) -> WallTime {
        if case .lost(let since, _, _) = state.link { since } else { state.now.wall }
    }

    private static func word(of part: ConsultationSnapshot, _ texts: TextTable<ConsoleText>) -> String {
        if part.isThreeWay { return texts[.threeWayState] }
        if part.isWaiting { return texts[.waits] }
        return texts[part.isFirst ? .talking : .asks]
    }

    /// A sign and a word, each enough by itself.
    static func state(of call: CallSnapshot, isForUs: Bool, _ texts: TextTable<ConsoleText>) -> StyledText {
        let word = word(of: call, isForUs: isForUs, texts)
        return switch call.state {
        case .new: StyledText("◐ \(word)", Style(.yellow))
        case .ringing: StyledText(isForUs ? "● \(word)" : "◐ \(word)", Style(.yellow, isForUs ? .bold : []))
        case .active: StyledText("▶ \(word)", Style(.green))
        case .held where call.consultation?.isThreeWay == true: StyledText("▶ \(word)", Style(.green))
        case .held: StyledText("‖ \(word)", Style(.cyan, .bold))
        case .ended: StyledText("· \(word)", .dim)
        }
    }

    static func word(of call: CallSnapshot, isForUs: Bool, _ texts: TextTable<ConsoleText>) -> String {
        if let part = call.consultation, call.state == .active || call.state == .held { return word(of: part, texts) }
        return switch call.state {
        case .new: texts[isForUs ? .arriving : .calling]
        case .ringing where isForUs: texts[.incoming]
        case .ringing:
            // Somebody has it to give away: what matters is to whom.
            call.handedOverBy == nil
                ? texts[.rings] : "\(texts[.rings]) \(call.ringingLegs.first?.number ?? "")"
        case .active: texts[.talking]
        case .held: call.parkedAt.map { texts(.parkedState, $0) } ?? texts[.onHold]
        case .ended: texts[.ended]
        }
    }
}

extension Lamp {
    /// A sign and a word, each enough by itself.
    func styled(_ texts: TextTable<ConsoleText>) -> StyledText {
        let word = word(texts)
        return switch self {
        case .offline: StyledText("· \(word)", .dim)
        case .free: StyledText("○ \(word)", Style(.green))
        case .ringing: StyledText("◐ \(word)", Style(.yellow, .bold))
        case .busy: StyledText("● \(word)", Style(.red, .bold))
        case .doNotDisturb: StyledText("⊖ \(word)", Style(.magenta))
        case .forwarded: StyledText("↪ \(word)", Style(.cyan))
        }
    }

    func word(_ texts: TextTable<ConsoleText>) -> String {
        switch self {
        case .offline: texts[.offline]
        case .free: texts[.free]
        case .ringing: texts[.rings]
        case .busy: texts[.busy]
        case .doNotDisturb: texts[.doNotDisturb]
        case .forwarded(let target): texts(.goesTo, target)
        }
    }
}
