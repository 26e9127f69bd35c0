import SystemTestKit
import Testing

extension DemoTests {
    /// Numbers that the exchange answers by itself, called by a real phone.
    @Suite(.serialized) struct ServiceCallTests {
        @Test func theEchoTestSendsThePhonesOwnToneBack() throws {
            let daemon = try Daemon()
            let baresip = try Baresip(SIPAccount("101", at: daemon.port), toneHertz: 440)
            try baresip.dial("*43")
            try baresip.wait(for: "CALL_ESTABLISHED")
            try baresip.hear(seconds: 3)
            try baresip.hangUp()
            #expect(try baresip.recording().shareHolding(hertz: 440) > 0.8)
            try daemon.waitUntilQuiet()
            #expect(try daemon.records().map(\.to) == ["*43"])
        }
    }
}
