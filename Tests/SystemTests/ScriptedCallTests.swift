import SystemTestKit
import Testing

extension DemoTests {
    /// SIPp as caller and callee: what every answer of the far end does to the caller and to the record.
    @Suite(.serialized) struct ScriptedCallTests {
        @Test(arguments: SIPAccount.Transport.allCases, [false, true])
        func aCallIsAnsweredAndEnds(transport: SIPAccount.Transport, isIPv6: Bool) throws {
            let daemon = try Daemon()
            let caller = SIPAccount("101", at: daemon.port, transport: transport, isIPv6: isIPv6)
            let callee = SIPAccount("102", at: daemon.port, transport: transport, isIPv6: isIPv6)
            let answering = try SIPp(.callee(), callee, load: SIPp.Load(calls: 3), isCallee: true)
            try SIPp.register(callee, contactPort: answering.port)
            try SIPp(.caller(caller, calling: "102"), caller, load: SIPp.Load(calls: 3)).succeed()
            try answering.succeed()
            let records = try daemon.records()
            #expect(records.count == 3)
            #expect(records.allSatisfy { $0.isAnswered && $0.cause == "normal" })
            try daemon.waitUntilQuiet()
        }

        struct Refusal: Sendable, CustomTestStringConvertible {
            let status: Int
            let phrase: String
            let toCaller: Int
            let cause: String
            var testDescription: String { "\(status) \(phrase)" }
        }

        @Test(arguments: [
            Refusal(status: 486, phrase: "Busy Here", toCaller: 486, cause: "busy"),
            Refusal(status: 600, phrase: "Busy Everywhere", toCaller: 486, cause: "busy"),
            Refusal(status: 603, phrase: "Decline", toCaller: 603, cause: "declined"),
            Refusal(status: 488, phrase: "Not Acceptable Here", toCaller: 488, cause: "unsupported_media"),
            Refusal(status: 500, phrase: "Server Internal Error", toCaller: 500, cause: "peer_failure"),
        ])
        func whatTheCalledPhoneSaysReachesTheCaller(refusal: Refusal) throws {
            let daemon = try Daemon()
            let (caller, callee) = (SIPAccount("101", at: daemon.port), SIPAccount("102", at: daemon.port))
            let refusing = try SIPp(.refusingCallee(refusal.status, refusal.phrase), callee, isCallee: true)
            try SIPp.register(callee, contactPort: refusing.port)
            try SIPp(.refusedCaller(caller, calling: "102", status: refusal.toCaller), caller).succeed()
            try refusing.succeed()
            try expectOneRecord(daemon, cause: refusal.cause)
        }

        @Test func anAbsentPhoneAndAnUnknownNumberAreToldApart() throws {
            let daemon = try Daemon()
            let caller = SIPAccount("101", at: daemon.port)
            try SIPp(.refusedCaller(caller, calling: "103", status: 480), caller).succeed()
            try expectOneRecord(daemon, cause: "not_registered")
            try SIPp(.refusedCaller(caller, calling: "999", status: 404), caller).succeed()
            #expect(try daemon.records().first?.cause == "not_found")
        }

        @Test func aPhoneThatIsGoneIsUnreachable() throws {
            let daemon = try Daemon()
            let (caller, callee) = (SIPAccount("101", at: daemon.port), SIPAccount("102", at: daemon.port))
            let nobody = try LoopbackPorts.take()
            try SIPp.register(callee, contactPort: nobody)
            try SIPp(.refusedCaller(caller, calling: "102", status: 480, milliseconds: 45_000), caller).succeed()
            try expectOneRecord(daemon, cause: "unreachable")
        }

        @Test func aPhoneThatNobodyAnswersStopsRinging() throws {
            let daemon = try Daemon()
            let (caller, callee) = (SIPAccount("101", at: daemon.port), SIPAccount("102", at: daemon.port))
            let ringing = try SIPp(.ringingCallee(), callee, isCallee: true)
            try SIPp.register(callee, contactPort: ringing.port)
            try SIPp(.refusedCaller(caller, calling: "102", status: 480, milliseconds: 60_000), caller)
                .succeed(within: 90)
            try ringing.succeed()
            try expectOneRecord(daemon, cause: "no_answer")
        }

        @Test func aCallerWhoGivesUpStopsTheRinging() throws {
            let daemon = try Daemon()
            let (caller, callee) = (SIPAccount("101", at: daemon.port), SIPAccount("102", at: daemon.port))
            let ringing = try SIPp(.ringingCallee(), callee, isCallee: true)
            try SIPp.register(callee, contactPort: ringing.port)
            try SIPp(.cancellingCaller(caller, calling: "102"), caller).succeed()
            try ringing.succeed()
            try expectOneRecord(daemon, cause: "cancelled")
        }

        @Test func aCalleeWhoSharesNoCodecIsRefusedAsUnsupportedMedia() throws {
            let daemon = try Daemon()
            let (caller, callee) = (SIPAccount("101", at: daemon.port), SIPAccount("102", at: daemon.port))
            let refusing = try SIPp(.refusingCallee(415, "Unsupported Media Type"), callee, isCallee: true)
            try SIPp.register(callee, contactPort: refusing.port)
            try SIPp(.refusedCaller(caller, calling: "102", status: 488), caller).succeed()
            try expectOneRecord(daemon, cause: "unsupported_media")
        }

        private func expectOneRecord(
            _ daemon: Daemon, cause: String, sourceLocation: SourceLocation = #_sourceLocation
        ) throws {
            let causes = try Waiting.value(of: "the record to be closed") {
                let records = try daemon.records()
                return records.allSatisfy { $0.endedAt != nil } ? records.map(\.cause) : nil
            }
            #expect(causes == [cause], sourceLocation: sourceLocation)
            try daemon.waitUntilQuiet()
        }
    }
}
