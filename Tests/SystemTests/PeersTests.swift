import SystemTestKit
import Testing

/// The peers without a PBX between them: when these fail, the machine or a driver is broken, not the daemon.
@Suite(.serialized) struct PeersTests {
    @Test(arguments: [false, true])
    func baresipAndLinphoneHearEachOtherDirectly(isIPv6: Bool) throws {
        let port = try LoopbackPorts.take()
        let callee = SIPAccount("102", at: port, isIPv6: isIPv6)
        let linphone = try Linphone(callee, toneHertz: 1_000, sipPort: port, registers: false)
        let baresip = try Baresip(SIPAccount("101", at: port, isIPv6: isIPv6), toneHertz: 440, registers: false)
        try linphone.expectCall()
        try baresip.dial(uri: "sip:102@\(callee.server)")
        try baresip.wait(for: "CALL_ESTABLISHED")
        try baresip.hear(seconds: 2)
        try linphone.hear(seconds: 2)
        try baresip.hangUp()
        _ = try linphone.waitForEnd()
        #expect(try baresip.recording().shareHolding(hertz: 1_000) > 0.8)
        #expect(try linphone.recording().shareHolding(hertz: 440) > 0.8)
    }

    @Test func aMissingPeerSaysWhatToInstall() {
        let failure = #expect(throws: PeerFailure.self) { try Programs.peer("no-such-phone", package: "phones") }
        #expect(failure?.description.contains("apt-get install phones") == true)
    }

    @Test func aToneIsToldFromAnotherAndFromSilence() {
        let rate = 8_000
        let samples = (0..<rate).map { Int16(16_000 * Double($0 % 8 < 4 ? 1 : -1)) }  // a 1 kHz square wave
        #expect(Tone.purity(of: samples[...], sampleRate: rate, hertz: 1_000) > 0.7)
        #expect(Tone.purity(of: samples[...], sampleRate: rate, hertz: 440) < 0.05)
        #expect(Tone.purity(of: [0, 0, 0, 0], sampleRate: rate, hertz: 440) == 0)
    }
}
