import AudioIO
import PBXBase
import Testing

/// The card's stream over its real sockets, in virtual time: the engine sends a frame every 10 ms of its clock, the
/// card plays one every 10 ms of its own.
@Suite struct CardStreamTests {
    private func play(drift: Double, minutes: Int) throws -> (delays: [Double], concealed: Double) {
        let card = try #require(CardLink(hasOwnTime: false))
        let engine = try #require(CardLink())
        #expect(card.connect(to: engine.endpoint) && engine.connect(to: card.endpoint))
        var random = SeededRandom(seed: 3)
        var stream = CardStream(random: &random)
        var sender = CardStream(random: &random)
        let voice = UnsafeMutableBufferPointer<Int16>.allocate(capacity: CardStream.frameSamples)
        let frame = UnsafeMutableBufferPointer<Int16>.allocate(capacity: CardStream.frameSamples)
        defer {
            voice.deallocate()
            frame.deallocate()
        }
        voice.initialize(repeating: 0)
        frame.initialize(repeating: 0)
        let step = 10_000_000 / (1 + drift / 1_000_000)
        var delays: [Double] = []
        var sent = 0
        let count = minutes * 6_000
        for turn in 0..<count {
            let now = Int64(Double(turn) * step) + 3_000_000
            while Int64(sent) * 10_000_000 <= now {
                // Something with periods in it, so that time can be cut out of it, and with pauses as talk has them.
                let height: Int16 = sent % 400 < 300 ? 3_000 : 0
                for index in 0..<voice.count {
                    voice[index] = (sent * voice.count + index) / 40 % 2 == 0 ? height : -height
                }
                sender.send(UnsafeBufferPointer(voice), over: engine)
                stream.receive(from: card, now: Instant(nanoseconds: Int64(sent) * 10_000_000))
                sent += 1
            }
            stream.play(into: frame, now: Instant(nanoseconds: now))
            if turn % 100 == 99, let delay = stream.delayMilliseconds { delays.append(delay) }
        }
        return (delays, Double(stream.concealedSamples) / Double(count * CardStream.frameSamples))
    }

    /// In twenty minutes the clocks come to be 250 ms apart. Where packets come between two frames is played through
    /// meanwhile, which is a frame of delay more or less.
    @Test("a card that runs at 48,010 Hz or 47,990 Hz keeps the delay it began with", arguments: [-208.0, 208])
    func drift(partsPerMillion: Double) throws {
        let (delays, concealed) = try play(drift: partsPerMillion, minutes: 20)
        let early = delays.dropFirst(10).prefix(50).reduce(0, +) / 50
        let late = delays.suffix(50).reduce(0, +) / 50
        #expect(abs(early - late) < 15, "\(early) ms, \(late) ms")
        #expect((delays.dropFirst(10).max() ?? 100) < 25, "\(delays.max() ?? 0)")
        #expect(concealed < 0.002, "\(concealed)")
    }
}
