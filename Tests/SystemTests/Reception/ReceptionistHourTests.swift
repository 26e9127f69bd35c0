import Foundation
import SystemTestKit
import Testing

extension DemoTests {
    /// A receptionist's hour at the console: calls of every outcome, one after the other, and in the end every caller
    /// is where they belong. `PBX_X_HOUR_CALLS` makes it shorter or longer.
    @Suite(.serialized) struct ReceptionistHourTests {
        private static let factoryCalls = 200

        @Test func everyCallerEndsWhereTheyBelong() throws {
            let count = ProcessInfo.processInfo.environment["PBX_X_HOUR_CALLS"].flatMap { Int($0) } ?? Self.factoryCalls
            let office = try ReceptionOffice()
            var expected: [String: CallFate] = [:]
            for index in 0..<count {
                let outcome = CallOutcome.allCases[index % CallOutcome.allCases.count]
                do {
                    let (call, fate) = try outcome.happens(in: office)
                    expected[call] = fate
                    try office.daemon.waitUntilQuiet()
                } catch {
                    let screens = try [office.desk, office.secondDesk].map { desk in try desk.console.screen() }
                    let said = [office.daemon.process.output, office.desk.phone.output].map { $0.suffix(2_000) }
                    let report = (screens + said.map(String.init)).joined(separator: "\n---\n")
                    Issue.record("call \(index), \(outcome): \(error)\n\(report)")
                    return
                }
            }
            let records = try office.daemon.records(limit: 1_000)
            for (call, fate) in expected {
                let record = records.first { $0.callId == call }
                #expect(record.map(fate.fits) == true, "\(call) is \(String(describing: record)), not \(fate)")
            }
            #expect(expected.count == count)
        }
    }
}

/// Where a caller was to end.
struct CallFate: CustomStringConvertible {
    /// Who had the call in the end: any of these; empty: nobody.
    var answeredBy: Set<String>
    var cause: String?

    init(_ answeredBy: String..., cause: String? = "normal") {
        self.answeredBy = Set(answeredBy)
        self.cause = cause
    }

    var description: String { "\(cause ?? "any cause") by \(answeredBy.sorted())" }

    func fits(_ record: RecordSeen) -> Bool {
        let isTaken = record.answeredBy.map { answeredBy.contains($0) } ?? answeredBy.isEmpty
        return isTaken && (cause == nil || record.cause == cause)
    }
}
