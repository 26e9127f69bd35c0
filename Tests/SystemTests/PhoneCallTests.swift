import SystemTestKit
import Testing

extension DemoTests {
    /// Real phones call each other through the demo and hear each other.
    @Suite(.serialized) struct PhoneCallTests {
        struct Path: Sendable, CustomTestStringConvertible {
            let transport: SIPAccount.Transport
            let isIPv6: Bool
            var testDescription: String { "\(transport) over IPv\(isIPv6 ? 6 : 4)" }
        }

        static let paths = SIPAccount.Transport.allCases.flatMap { transport in
            [false, true].map { Path(transport: transport, isIPv6: $0) }
        }

        @Test(arguments: paths)
        func baresipCallsLinphoneAndBothHearTheOther(path: Path) throws {
            let daemon = try Daemon()
            let linphone = try Linphone(account("102", daemon, path), toneHertz: 1_000)
            let baresip = try Baresip(account("101", daemon, path), toneHertz: 440)
            try linphone.expectCall()
            try baresip.dial("102")
            try baresip.wait(for: "CALL_ESTABLISHED")
            try baresip.hear(seconds: 3)
            try linphone.hear(seconds: 3)
            try baresip.hangUp()
            _ = try linphone.waitForEnd()
            try checkTones(baresip, hears: 1_000, linphone, hears: 440)
            try checkRecord(daemon, from: "101", to: "102")
        }

        @Test(arguments: paths)
        func linphoneCallsBaresipAndBothHearTheOther(path: Path) throws {
            let daemon = try Daemon()
            let baresip = try Baresip(account("101", daemon, path), toneHertz: 440)
            let linphone = try Linphone(account("102", daemon, path), toneHertz: 1_000)
            try linphone.dial("101")
            try linphone.waitForCall()
            try baresip.hear(seconds: 3)
            try linphone.hear(seconds: 3)
            try linphone.hangUp()
            try baresip.wait(for: "CALL_CLOSED")
            try checkTones(baresip, hears: 1_000, linphone, hears: 440)
            try checkRecord(daemon, from: "102", to: "101")
        }

        @Test func phonesOfDifferentTransportAndFamilyUnderstandEachOther() throws {
            let daemon = try Daemon()
            let linphone = try Linphone(
                account("102", daemon, Path(transport: .tcp, isIPv6: true)), toneHertz: 1_000)
            let baresip = try Baresip(account("101", daemon, Path(transport: .udp, isIPv6: false)), toneHertz: 440)
            try linphone.expectCall()
            try baresip.dial("102")
            try baresip.wait(for: "CALL_ESTABLISHED")
            try baresip.hear(seconds: 3)
            try linphone.hear(seconds: 3)
            try baresip.hangUp()
            _ = try linphone.waitForEnd()
            try checkTones(baresip, hears: 1_000, linphone, hears: 440)
        }

        private func account(_ number: String, _ daemon: Daemon, _ path: Path) -> SIPAccount {
            SIPAccount(number, at: daemon.port, transport: path.transport, isIPv6: path.isIPv6)
        }

        private func checkTones(
            _ baresip: Baresip, hears baresipHertz: Double, _ linphone: Linphone, hears linphoneHertz: Double,
            sourceLocation: SourceLocation = #_sourceLocation
        ) throws {
            let atBaresip = try baresip.recording().shareHolding(hertz: baresipHertz)
            let atLinphone = try linphone.recording().shareHolding(hertz: linphoneHertz)
            #expect(atBaresip > 0.8, "baresip hears \(baresipHertz) Hz", sourceLocation: sourceLocation)
            #expect(atLinphone > 0.8, "linphone hears \(linphoneHertz) Hz", sourceLocation: sourceLocation)
        }

        /// One call, answered, ended normally, and kept.
        private func checkRecord(
            _ daemon: Daemon, from caller: String, to callee: String,
            sourceLocation: SourceLocation = #_sourceLocation
        ) throws {
            let records = try daemon.records()
            #expect(records.count == 1, sourceLocation: sourceLocation)
            let record = try #require(records.first, sourceLocation: sourceLocation)
            #expect(record.from == caller, sourceLocation: sourceLocation)
            #expect(record.to == callee, sourceLocation: sourceLocation)
            #expect(record.isAnswered, sourceLocation: sourceLocation)
            #expect(record.cause == "normal", sourceLocation: sourceLocation)
        }
    }
}
