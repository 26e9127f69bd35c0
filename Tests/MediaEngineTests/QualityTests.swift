import AudioDSP
import MediaControl
import PBXBase
import RTPGrammar
import Testing

@testable import MediaEngine

/// What a port says of the sound that came to it: scores against the E-model worked by hand, the rest against what was
/// sent.
struct QualityTests {
    private func figures(_ harness: WorkerHarness, _ port: PortLease) -> MediaStatistics? {
        harness.send(.report([port.id]))
        harness.turn()
        return harness.takeEvents().compactMap { if case .figures(_, let figures) = $0 { figures } else { nil } }.last
    }

    /// Phones at one harness; the first two are heard of in the tests.
    private func phones(_ codecs: [AudioCodec]) throws -> (WorkerHarness, [SoundPhone]) {
        let harness = try WorkerHarness()
        let leases = harness.prepare(codecs.count)
        let phones = try codecs.indices.map { index in
            try SoundPhone(harness, leases[index], codecs[index], toneHz: 500, index: UInt32(index))
        }
        return (harness, phones)
    }

    /// ITU-T G.107 with G.113's values for G.711: Ie,eff = 95·Ppl/(Ppl + 25.1), R = 93.2 − Ie,eff.
    /// 0 %: R = 93.2, MOS 4.41. 5 %: Ie,eff = 15.78, R = 77.42, MOS 3.92. 20 %: Ie,eff = 42.13, R = 51.07, MOS 2.63.
    @Test(arguments: [(nil, 441), (20, 392), (5, 263)] as [(Int?, UInt16)])
    func aForwardedCallIsScoredByItsLoss(losesOneOf: Int?, score: UInt16) throws {
        let (harness, phones) = try phones([.pcma, .pcma])
        phones[0].losesOneOf = losesOneOf
        harness.apply(
            (phones[0].lease, phones[0].plan { $0.sink = phones[1].lease.id }),
            (phones[1].lease, phones[1].plan { $0.sink = phones[0].lease.id }))
        harness.talk(milliseconds: 10_000, phones)
        let figures = try #require(self.figures(harness, phones[0].lease))
        let found = try #require(figures.listeningScoreHundredths)
        #expect(abs(Int(found) - Int(score)) <= 2, "\(found)")
        // Nobody has measured the delay, and nothing was decoded.
        #expect(figures.conversationalScoreHundredths == nil)
        #expect(figures.playout == nil)
        #expect(figures.signal == nil)
    }

    @Test func whatIsNotKnownIsNotScored() throws {
        let (harness, phones) = try phones([.pcma, .pcma])
        // Codecs that nobody has judged, and too little to judge by.
        let unknown = phones[0].plan { plan in
            plan.sink = phones[1].lease.id
            plan.formats = [MediaFormat(payloadType: 8, name: "EVS", clockRate: 16_000)]
        }
        harness.apply(
            (phones[0].lease, unknown), (phones[1].lease, phones[1].plan { $0.sink = phones[0].lease.id }))
        #expect(figures(harness, phones[0].lease)?.listeningScoreHundredths == nil)
        harness.talk(milliseconds: 900, phones)
        #expect(figures(harness, phones[1].lease)?.listeningScoreHundredths == nil)
        harness.talk(milliseconds: 2_000, phones)
        #expect(figures(harness, phones[0].lease)?.listeningScoreHundredths == nil)
        #expect(figures(harness, phones[1].lease)?.listeningScoreHundredths == 441)
    }

    @Test func decodedSoundIsMeasured() throws {
        let (harness, phones) = try phones([.pcma, .pcmu, .g722])
        phones[0].losesOneOf = 10
        phones[1].isOverdriven = true
        phones[2].tone = nil
        for phone in phones { harness.apply((phone.lease, phone.seat(in: 1))) }
        harness.talk(milliseconds: 10_000, phones)
        let (plain, loud, quiet) = (
            try #require(self.figures(harness, phones[0].lease)), try #require(figures(harness, phones[1].lease)),
            try #require(self.figures(harness, phones[2].lease))
        )
        // A tone of -20 dBov, a tenth of it lost: 50 packets of 20 ms.
        #expect(plain.signal?.speechLevel == -20)
        #expect(plain.signal?.clippedSamples == 0)
        let concealed = try #require(plain.playout?.concealedMilliseconds)
        #expect((950...1_100).contains(concealed), "\(concealed)")
        #expect(plain.playout?.packetsLate == 0)
        // Steady packets need a packet's time and the step of the mix at most.
        let delay = try #require(plain.playout?.delayMilliseconds)
        #expect(delay <= 60, "\(delay)")
        // A square wave is at the end of the scale throughout, and 0 dBov.
        #expect((loud.signal?.speechLevel ?? -127) >= -1)
        #expect((loud.signal?.clippedSamples ?? 0) > 60_000)
        #expect(loud.playout?.concealedMilliseconds == 0)
        #expect(quiet.signal?.speechLevel == nil)
        #expect(quiet.signal?.silentPercent == 100)
    }

    @Test func figuresOutliveTheRoomAndTheLease() throws {
        let (harness, phones) = try phones([.pcma, .pcmu])
        for phone in phones { harness.apply((phone.lease, phone.seat(in: 1))) }
        harness.talk(milliseconds: 3_000, phones)
        // The call goes on without a mix, as after a conference.
        harness.apply(
            (phones[0].lease, phones[0].plan { $0.sink = phones[1].lease.id }),
            (phones[1].lease, phones[1].plan { $0.sink = phones[0].lease.id }))
        let before = try #require(self.figures(harness, phones[0].lease))
        #expect(before.signal?.speechLevel == -20)
        let released = harness.release(phones[0].lease)
        #expect(released.first?.signal == before.signal)
        #expect(released.first?.playout?.concealedMilliseconds == before.playout?.concealedMilliseconds)
        // The next call at this port begins with nothing.
        harness.apply((phones[0].lease, phones[0].plan()))
        #expect(figures(harness, phones[0].lease)?.signal == nil)
    }

    @Test func ourReportsTellThePeerHowItSounds() throws {
        let (harness, phones) = try phones([.pcma, .pcmu])
        phones[0].losesOneOf = 10
        for phone in phones { harness.apply((phone.lease, phone.seat(in: 1))) }
        let sent = harness.run(milliseconds: 15_000) { millisecond in
            if millisecond % 20 == 0 { for phone in phones { phone.speak() } }
        }
        let rtcp = Endpoint(phones[0].endpoint.address, port: phones[0].endpoint.port + 1)
        let bytes = try #require(sent.last { $0.to == rtcp }).bytes
        let metrics = try #require(try RTCPSummary(bytes.span, about: SSRC(0x100)).extended?.metrics)
        // One in ten, in 256ths; levels in dBm0, 6 dB above dBov.
        #expect((23...27).contains(metrics.lossRate), "\(metrics.lossRate)")
        #expect(metrics.signalLevel == -14)
        // R = 93.2 − 95·10/35.1 = 66.1, MOS 3.4.
        #expect(metrics.listeningScoreTenths == 34, "\(metrics.listeningScoreTenths ?? 0)")
    }
}
