import SystemTestKit
import Testing

extension DemoTests {
    /// Our phone with microphone and speaker (ALSA's file devices) and phones of others: both ends hear each other.
    @Suite(.serialized) struct PhoneCardTests {
        private func check(_ phone: PBXPhone, hears hertz: Double, _ other: WaveFile) throws {
            #expect(try phone.quit() == 0)
            #expect(other.shareHolding(hertz: 440) > 0.7, "the microphone is heard")
            #expect(try phone.spoken().shareHolding(hertz: hertz) > 0.7, "the speaker is given what the other says")
        }

        @Test func baresipIsCalledDirectly() throws {
            let port = try LoopbackPorts.take(2)
            let baresip = try Baresip(
                SIPAccount("bob", at: port), toneHertz: 1_000, media: PhoneMedia(), registers: false, sipPort: port)
            let phone = try PBXPhone(toneHertz: 440, sound: .card(isFiltered: false))
            try phone.dial("sip:bob@127.0.0.1:\(port)")
            try phone.wait(for: "active")
            try baresip.hear(seconds: 3)
            try phone.hangUp()
            try baresip.wait(for: "CALL_CLOSED")
            try check(phone, hears: 1_000, try baresip.recording())
        }

        @Test func baresipIsCalledThroughTheDaemon() throws {
            let daemon = try Daemon()
            let baresip = try Baresip(SIPAccount("102", at: daemon.port), toneHertz: 1_000)
            let phone = try PBXPhone(
                SIPAccount("101", at: daemon.port), toneHertz: 440, sound: .card(isFiltered: false))
            try phone.dial("102")
            try phone.wait(for: "active")
            try baresip.hear(seconds: 3)
            try phone.hangUp()
            try baresip.wait(for: "CALL_CLOSED")
            try check(phone, hears: 1_000, try baresip.recording())
        }

        @Test func linphoneIsCalledDirectly() throws {
            let port = try LoopbackPorts.take(2)
            let linphone = try Linphone(
                SIPAccount("bob", at: port), toneHertz: 1_000, sipPort: port, registers: false)
            try linphone.expectCall()
            let phone = try PBXPhone(toneHertz: 440, sound: .card(isFiltered: false))
            try phone.dial("sip:bob@127.0.0.1:\(port)")
            try phone.wait(for: "active")
            try linphone.hear(seconds: 3)
            try phone.hangUp()
            _ = try linphone.waitForEnd()
            try check(phone, hears: 1_000, try linphone.recording())
        }

        @Test func linphoneCallsThroughTheDaemon() throws {
            let daemon = try Daemon()
            let phone = try PBXPhone(
                SIPAccount("101", at: daemon.port), toneHertz: 440, sound: .card(isFiltered: false))
            let linphone = try Linphone(SIPAccount("102", at: daemon.port), toneHertz: 1_000)
            try linphone.dial("101")
            try linphone.waitForCall()
            try linphone.hear(seconds: 3)
            try linphone.hangUp()
            try phone.wait(for: "ended")
            try check(phone, hears: 1_000, try linphone.recording())
        }
    }
}
