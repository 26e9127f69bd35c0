import AudioDSP
import MediaControl
import RTPGrammar

/// Whoever listens to a fax machine's sound: 8 kHz, in order, without end.
protocol FaxListener {
    func audioReceived(_ samples: Span<Int16>)
    /// So many samples were lost.
    func audioMissing(_ count: Int)
}

extension FaxGateway: FaxListener {}

/// Puts the sound of a fax machine in order for a modem: nothing is stretched, dropped or made up, as a modem loses its
/// step by that. A packet that is missing is waited for while a few later ones lie here, then its place stays empty.
/// The sender's clock is the clock.
struct FaxSoundReceiver: ~Copyable {
    /// Packets that wait for an earlier one: 60 ms of 20 ms packets.
    private static let waitingMax = 3
    /// Samples of the longest packet, 60 ms.
    private static let packetSamplesMax = 480
    /// A hole larger than this is a sender that began anew: half a second.
    private static let holeSamplesMax = 4_000

    /// Steps of a worker without a packet after which time goes on without the sender: 100 ms.
    private static let emptyStepsMax = 5

    private struct Waiting {
        var timestamp = RTPTimestamp(0)
        /// Samples; 0 marks a free place.
        var count = 0
    }

    private let alaw = G711(.a)
    private let ulaw = G711(.mu)
    private var expected: RTPTimestamp?
    private var emptySteps = 0
    private var waiting = InlineArray<3, Waiting>(repeating: Waiting())
    /// The samples of `waiting`, and in the last place those of the packet at hand.
    private let samples: UnsafeMutableBufferPointer<Int16>

    init() {
        samples = .allocate(capacity: (Self.waitingMax + 1) * Self.packetSamplesMax)
        samples.initialize(repeating: 0)
    }

    deinit { samples.deallocate() }

    /// Takes a packet and has the listener hear what is in order now. Other codecs than G.711 do not carry a fax.
    mutating func received(
        _ header: RTPHeader, codec: AudioCodec, payload: UnsafeRawBufferPointer, listener: some FaxListener
    ) {
        guard !payload.isEmpty, payload.count <= Self.packetSamplesMax else { return }
        emptySteps = 0
        let place = place(Self.waitingMax)
        var decoded = place.mutableSpan
        let bytes = payload.bindMemory(to: UInt8.self).span
        switch codec {
        case .pcma: alaw.decode(bytes, into: &decoded)
        case .pcmu: ulaw.decode(bytes, into: &decoded)
        default: return
        }
        let ahead = expected.map { $0.distance(to: header.timestamp) } ?? 0
        if ahead > Self.holeSamplesMax || ahead < -Self.holeSamplesMax {
            forgetWaiting()
            hear(place, payload.count, at: header.timestamp, listener)
        } else if ahead == 0 {
            hear(place, payload.count, at: header.timestamp, listener)
            hearWaiting(listener)
        } else if ahead > 0 {
            keep(payload.count, at: header.timestamp, listener)
        }
        // What is behind is a repeated packet, or one that was given up.
    }

    /// A step of the worker is over. A sender that has stopped does not stop the modems' time.
    mutating func stepEnded(listener: some FaxListener) {
        emptySteps += 1
        guard emptySteps > Self.emptyStepsMax else { return }
        expected = nil
        forgetWaiting()
        listener.audioMissing(FaxLine.stepSamples)
    }

    private func place(_ index: Int) -> UnsafeMutableBufferPointer<Int16> {
        let start = index * Self.packetSamplesMax
        return UnsafeMutableBufferPointer(rebasing: samples[start..<(start + Self.packetSamplesMax)])
    }

    private mutating func hear(
        _ place: UnsafeMutableBufferPointer<Int16>, _ count: Int, at timestamp: RTPTimestamp,
        _ listener: some FaxListener
    ) {
        listener.audioReceived(UnsafeBufferPointer(rebasing: place[..<count]).span)
        expected = timestamp.advanced(by: count)
    }

    /// Lays the packet at hand aside; when there is no place left, the hole before the earliest is given up.
    private mutating func keep(_ count: Int, at timestamp: RTPTimestamp, _ listener: some FaxListener) {
        for index in 0..<Self.waitingMax where waiting[index].count > 0 && waiting[index].timestamp == timestamp {
            return
        }
        if freePlace == nil { giveUpHole(listener) }
        guard let expected, let free = freePlace else { return }
        if timestamp == expected {
            hear(place(Self.waitingMax), count, at: timestamp, listener)
            hearWaiting(listener)
            return
        }
        let target = place(free)
        let source = place(Self.waitingMax)
        for index in 0..<count { target[index] = source[index] }
        waiting[free] = Waiting(timestamp: timestamp, count: count)
    }

    private var freePlace: Int? {
        for index in 0..<Self.waitingMax where waiting[index].count == 0 { return index }
        return nil
    }

    private mutating func giveUpHole(_ listener: some FaxListener) {
        guard let expected, let first = earliest else { return }
        listener.audioMissing(expected.distance(to: waiting[first].timestamp))
        self.expected = waiting[first].timestamp
        hearWaiting(listener)
    }

    private var earliest: Int? {
        var found: Int?
        for index in 0..<Self.waitingMax where waiting[index].count > 0 {
            guard let best = found else {
                found = index
                continue
            }
            if waiting[index].timestamp.distance(to: waiting[best].timestamp) > 0 { found = index }
        }
        return found
    }

    /// Hears what lies here and is next, as far as it goes; forgets what is behind by now.
    private mutating func hearWaiting(_ listener: some FaxListener) {
        while let index = earliest, let expected {
            let ahead = expected.distance(to: waiting[index].timestamp)
            if ahead > 0 { return }
            if ahead == 0 { hear(place(index), waiting[index].count, at: expected, listener) }
            waiting[index].count = 0
        }
    }

    private mutating func forgetWaiting() {
        for index in 0..<Self.waitingMax { waiting[index].count = 0 }
    }
}
