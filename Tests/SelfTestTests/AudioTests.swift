import AudioDSP
import PBXBase
import RTPGrammar
import Testing

@testable import SelfTest

/// What the two phones of a self-test say and hear, without a network in between.
struct AudioTests {
    private let start = Instant(nanoseconds: 9_000_000_000)

    private func packets(_ count: Int, of source: inout AudioSource) -> [(at: Instant, bytes: [UInt8])] {
        (0..<count).map { index in
            let now = start + .milliseconds(TestSignal.packetMilliseconds) * index
            return (now, source.next(now: now))
        }
    }

    private func source(_ law: G711.Law = .a) -> AudioSource {
        var random = SeededRandom(seed: 3)
        return AudioSource(law: law, audioType: law == .a ? 8 : 0, digitType: 101, random: &random)
    }

    private func sink(_ law: G711.Law = .a, toneHz: Double = 1_000) -> AudioSink {
        AudioSink(law: law, audioType: law == .a ? 8 : 0, digitType: 101, toneHz: toneHz)
    }

    @Test(arguments: [G711.Law.a, .mu])
    func aToneArrivesAsItWasSent(law: G711.Law) throws {
        var source = source(law)
        var sink = sink(law)
        source.play(frequencyHz: 1_000, packets: 50)
        for packet in packets(60, of: &source) {
            sink.received(packet.bytes, now: packet.at + .microseconds(1_500))
        }
        let figures = AudioFigures(departures: source.departures, arrivals: sink.arrivals)
        #expect(figures.packetsSent == 50)
        #expect(figures.packetsReceived == 50)
        #expect(figures.packetsWithTone == 50)
        #expect(figures.delayMean == 1.5)
        #expect(abs(try #require(figures.levelDifference)) < 0.3)
        #expect(figures.problem == nil)
    }

    @Test func anotherToneIsNotTakenForTheAwaitedOne() {
        var source = source()
        var sink = sink(toneHz: 700)
        source.play(frequencyHz: 1_000, packets: 50)
        for packet in packets(50, of: &source) { sink.received(packet.bytes, now: packet.at) }
        #expect(sink.tonePackets == 0)
        let figures = AudioFigures(departures: source.departures, arrivals: sink.arrivals)
        #expect(figures.problem == "audio is garbled: the tone is in 0 of 50 packets")
    }

    @Test func digitsAreHeardOnceEachAndInOrder() {
        var source = source()
        var sink = sink()
        let canPress = source.press("1159#0*")
        #expect(canPress)
        for packet in packets(100, of: &source) {
            sink.received(packet.bytes, now: packet.at)
            sink.received(packet.bytes, now: packet.at)
        }
        #expect(sink.digits == "1159#0*")
    }

    @Test func noDigitsWithoutTelephoneEvent() {
        var random = SeededRandom(seed: 3)
        var source = AudioSource(law: .a, audioType: 8, digitType: nil, random: &random)
        let canPress = source.press("1")
        #expect(!canPress)
    }

    @Test func strangePacketsAreNotAudio() {
        var sink = sink()
        sink.received([], now: start)
        sink.received(Array(repeating: 0x80, count: 11), now: start)
        sink.received(Array("OPTIONS sip:nobody SIP/2.0".utf8), now: start)
        let header = RTPHeader(
            payloadType: 101, sequenceNumber: SequenceNumber(1), timestamp: RTPTimestamp(1), ssrc: SSRC(1))
        sink.received(header.packet(payload: [1]), now: start)
        #expect(sink.arrivals.isEmpty)
        #expect(sink.digits.isEmpty)
    }

    @Test func aFloodIsNotKept() {
        var sink = sink()
        let header = RTPHeader(
            payloadType: 8, sequenceNumber: SequenceNumber(1), timestamp: RTPTimestamp(1), ssrc: SSRC(1))
        let packet = header.packet(payload: [0xD5])
        for _ in 0..<AudioSink.arrivalsMax + 100 { sink.received(packet, now: start) }
        #expect(sink.arrivals.count == AudioSink.arrivalsMax)
    }

    private func figures(
        losing isLost: (Int) -> Bool, late: Interval = .zero, decibels: Double = 0
    ) -> AudioFigures {
        var departures: [UInt32: Instant] = [:]
        var arrivals: [AudioSink.Arrival] = []
        for index in 0..<100 {
            let at = start + .milliseconds(20) * index
            departures[UInt32(index)] = at
            guard !isLost(index) else { continue }
            let level = TestSignal.toneLevel + decibels
            arrivals.append(
                .init(
                    timestamp: UInt32(index), at: at + late,
                    measurement: ToneDetector.Measurement(toneLevel: level, totalLevel: level)))
        }
        return AudioFigures(departures: departures, arrivals: arrivals)
    }

    @Test func everyFaultHasItsWord() {
        #expect(figures(losing: { _ in true }).problem == "no audio arrived: none of 100 packets")
        #expect(figures(losing: { $0 < 2 }).problem == "audio has holes: 2 of 100 packets lost")
        #expect(figures(losing: { $0 == 50 }).problem == nil)
        let late = figures(losing: { _ in false }, late: .milliseconds(80))
        #expect(late.problem == "audio is late: 80.0 ms on average, 80.0 ms at worst")
        let quiet = figures(losing: { _ in false }, decibels: -6)
        #expect(quiet.problem == "level is wrong: the tone is 6.0 dB quieter than it was sent")
        let loud = figures(losing: { _ in false }, decibels: 2.25)
        #expect(loud.problem == "level is wrong: the tone is 2.3 dB louder than it was sent")
    }

    @Test func aPacketThatCameTwiceMakesUpForNoLostOne() {
        let departures = [UInt32(1): start, 2: start]
        let measurement = ToneDetector.Measurement(toneLevel: -15, totalLevel: -15)
        let arrival = AudioSink.Arrival(timestamp: 1, at: start, measurement: measurement)
        let figures = AudioFigures(departures: departures, arrivals: [arrival, arrival])
        #expect(figures.packetsReceived == 1)
        #expect(figures.packetsLost == 1)
    }

    @Test(arguments: [
        (0.0, "0.0"), (0.04, "0.0"), (-0.04, "0.0"), (12.36, "12.4"), (-1.95, "-2.0"), (.infinity, "inf"),
    ])
    func roundsToOneDecimal(value: Double, text: String) { #expect(decimal(value) == text) }
}
