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

        @Test func theSpeakingClockSpeaksAndHangsUp() throws {
            let daemon = try Daemon()
            let baresip = try Baresip(SIPAccount("101", at: daemon.port), toneHertz: 440)
            try baresip.dial("*44")
            try baresip.wait(for: "CALL_ESTABLISHED")
            try baresip.wait(for: "CALL_CLOSED", within: 30)
            try daemon.waitUntilQuiet()
            #expect(try daemon.records().first?.cause == "normal")
        }

        @Test func phonesWithoutACodecInCommonHearEachOther() throws {
            let daemon = try Daemon()
            let callee = try Baresip(
                SIPAccount("102", at: daemon.port), toneHertz: 1_000, media: PhoneMedia(.pcmu))
            let caller = try Baresip(SIPAccount("101", at: daemon.port), toneHertz: 440)
            try caller.dial("102")
            try caller.wait(for: "CALL_ESTABLISHED")
            try caller.hear(seconds: 3)
            try callee.hear(seconds: 3)
            try caller.hangUp()
            #expect(try caller.recording().shareHolding(hertz: 1_000) > 0.8)
            #expect(try callee.recording().shareHolding(hertz: 440) > 0.8)
        }

        @Test func callersOfAConferenceHearEachOther() throws {
            let daemon = try Daemon()
            let first = try Baresip(SIPAccount("101", at: daemon.port), toneHertz: 440)
            let second = try Baresip(
                SIPAccount("102", at: daemon.port), toneHertz: 1_000, media: PhoneMedia(.pcmu))
            try second.dial("800")
            try second.wait(for: "CALL_ESTABLISHED")
            try first.dial("800")
            try first.wait(for: "CALL_ESTABLISHED")
            try first.hear(seconds: 4)
            try first.hangUp()
            try second.hangUp()
            #expect(try first.recording().shareHolding(hertz: 1_000) > 0.7)
        }
    }
}
