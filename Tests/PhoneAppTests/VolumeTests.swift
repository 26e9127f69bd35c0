import MediaControl
import PBXBase
import PhoneApp
import Testing

@Suite struct VolumeTests {
    private func phone() -> PhoneNetwork {
        PhoneNetwork(2) { index, settings in
            guard index == 1 else { return }
            settings.card = CardSettings(
                endpoint: Endpoint(.ipv4Loopback, port: 9_000),
                format: MediaFormat(payloadType: 96, name: "L16", clockRate: 16_000), frameMilliseconds: 10)
        }
    }

    private func volumes(_ network: PhoneNetwork) -> [SoundVolumes] {
        network.told(1).compactMap { if case .volume(let volumes) = $0 { volumes } else { nil } }
    }

    @Test("volumes change by steps within their bounds, and are told")
    func steps() {
        let network = phone()
        network.order(1, .volume(.speaker, .to(80)))
        network.order(1, .volume(.speaker, .by(-5)))
        network.order(1, .volume(.microphone, .by(.max)))
        network.order(1, .volume(.speaker, .by(.min)))
        #expect(volumes(network).map(\.speaker) == [80, 75, 75, 0])
        #expect(volumes(network).map(\.microphone) == [100, 100, 150, 150])
    }

    @Test("muting keeps the volume, and a muted microphone's seat says nothing")
    func muting() throws {
        let network = phone()
        network.order(1, .call(PhoneNetwork.uri(2), account: nil))
        network.order(2, .answer(nil))
        network.order(1, .mute(true))
        network.order(1, .muteSpeaker(true))
        let last = try #require(volumes(network).last)
        #expect(last == SoundVolumes(isSpeakerMuted: true, isMicrophoneMuted: true))
        let card = network.plans(1).values.first { $0.formats.first?.name == "L16" }
        #expect(card?.seat?.speaks == false)
        network.order(1, .mute(false))
        #expect(volumes(network).last == SoundVolumes(isSpeakerMuted: true))
    }

    @Test("it rings for a call, and only tells softly of one that waits")
    func ringing() {
        let network = phone()
        #expect(network.signal(1) == nil)
        network.order(2, .call(PhoneNetwork.uri(1), account: nil))
        #expect(network.signal(1) == .ringing && network.signal(2) == nil)
        network.order(1, .call(PhoneNetwork.uri(2), account: nil))
        #expect(network.signal(1) == .callWaiting)
        network.order(1, .decline(LineNumber(1)))
        #expect(network.signal(1) == nil)
    }

    @Test("a phone without a sound card says so")
    func noCard() {
        let network = phone()
        network.order(2, .volume(.speaker, .to(50)))
        network.order(2, .levels(true))
        #expect(network.failures(2).count == 2)
    }
}
