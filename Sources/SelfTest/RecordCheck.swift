import ControlProtocol
import PBXModel

/// Whether the record of the self-test's call tells what happened.
struct RecordCheck {
    let loan: BeginSelfTestCommand.Reply
    /// The phones heard each other, so that the record must count their audio.
    let isAudible: Bool

    /// What is wrong with it, in words; nil when all is right.
    func problem(of record: CallRecordReport) -> String? {
        if record.from != loan.caller.number { return "caller is \(record.from), not \(loan.caller.number)" }
        if record.to != loan.callee.number { return "called number is \(record.to), not \(loan.callee.number)" }
        if record.answeredBy != loan.callee.number {
            return "answered by \(record.answeredBy ?? "nobody"), not by \(loan.callee.number)"
        }
        if record.endedAt == nil { return "it is still open" }
        if record.cause != .normal { return "it ended as \"\(record.causeText ?? "unknown")\"" }
        if record.endedBy != .caller {
            return "it was ended by \(record.endedBy?.rawValue ?? "nobody"), not by the caller"
        }
        guard isAudible else { return nil }
        if Self.packets(record.callerMedia) == 0 { return "it counts no audio of the caller" }
        if Self.packets(record.calleeMedia) == 0 { return "it counts no audio of the callee" }
        return nil
    }

    /// `ended normally, talked 3 s, 146 packets from the caller and 146 from the callee`: when audio is missing, the
    /// numbers tell on which way.
    static func summary(_ record: CallRecordReport) -> String {
        "\(record.causeText ?? "ended"), talked \(record.talkSeconds ?? 0) s, \(packets(record.callerMedia)) packets "
            + "from the caller and \(packets(record.calleeMedia)) from the callee"
    }

    private static func packets(_ figures: MediaFigures?) -> Int { figures?.packetsReceived ?? 0 }
}
