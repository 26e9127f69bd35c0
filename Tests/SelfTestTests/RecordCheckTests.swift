import ControlProtocol
import PBXBase
import PBXModel
import Testing

@testable import SelfTest

struct RecordCheckTests {
    private let loan = BeginSelfTestCommand.Reply(
        testId: "x", caller: .init(number: "selftest-x-a", password: "p"),
        callee: .init(number: "selftest-x-b", password: "q"), transport: "udp", address: "127.0.0.1", port: 5060,
        mediaPorts: "16384-32767", expiresAt: "2026-01-12T10:02:00.000Z")

    private func record(_ change: (inout CallRecord) -> Void = { _ in }) -> CallRecordReport {
        var record = CallRecord(
            id: CallID(high: 1, low: 2), direction: .internalCall, callerNumber: "selftest-x-a",
            callerName: "self-test caller", calledNumber: "selftest-x-b", sipCallID: "c",
            startedAt: WallTime(microseconds: 0))
        record.answeredBy = "selftest-x-b"
        record.answeredAt = WallTime(microseconds: 100_000)
        record.endedAt = WallTime(microseconds: 3_100_000)
        record.cause = .normal
        record.endedBy = .caller
        let figures = MediaFigures(packetsReceived: 146, packetsSent: 146, packetsLost: 0, packetsDropped: 0)
        record.callerMedia = figures
        record.calleeMedia = figures
        change(&record)
        return CallRecordReport(record)
    }

    @Test func aTrueRecordHasNoProblem() {
        #expect(RecordCheck(loan: loan, isAudible: true).problem(of: record()) == nil)
        #expect(
            RecordCheck.summary(record())
                == "ended normally, talked 3 s, 146 packets from the caller and 146 from the callee")
    }

    static let faults: [(@Sendable (inout CallRecord) -> Void, String)] = [
        ({ $0.callerNumber = "101" }, "caller is 101, not selftest-x-a"),
        ({ $0.calledNumber = "102" }, "called number is 102, not selftest-x-b"),
        ({ $0.answeredBy = nil }, "answered by nobody, not by selftest-x-b"),
        ({ $0.endedAt = nil }, "it is still open"),
        ({ $0.cause = .mediaTimeout }, #"it ended as "audio stopped arriving""#),
        ({ $0.endedBy = .system }, "it was ended by system, not by the caller"),
        ({ $0.callerMedia = nil }, "it counts no audio of the caller"),
        ({ $0.calleeMedia?.packetsReceived = 0 }, "it counts no audio of the callee"),
    ]

    @Test(arguments: faults)
    func aFalseOneIsNamed(change: @Sendable (inout CallRecord) -> Void, problem: String) {
        #expect(RecordCheck(loan: loan, isAudible: true).problem(of: record(change)) == problem)
    }

    @Test func silenceThatWasHeardAsSuchIsRecordedRightly() {
        let silent = record {
            $0.callerMedia = nil
            $0.calleeMedia = nil
        }
        #expect(RecordCheck(loan: loan, isAudible: false).problem(of: silent) == nil)
    }
}
