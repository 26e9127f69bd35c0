import AudioDSP
import PBXBase
import RTPGrammar

/// What one phone sends: a packet every 20 ms from the answer on, holding silence unless a tone or digits are due.
struct AudioSource {
    private enum Signal {
        case silence(packets: Int)
        case tone(ToneGenerator, packetsLeft: Int)
        case key(Character)
        case digit(DigitSender, packetsLeft: Int)
    }

    /// Silence between two digits, in packets.
    private static let digitGapPackets = 3

    /// When each packet of the tone left, by its RTP timestamp.
    private(set) var departures: [UInt32: Instant] = [:]
    private(set) var packetsSent = 0

    private let codec: G711
    private let audioType: UInt8
    private let digitType: UInt8?
    private let ssrc: SSRC
    private var sequence: SequenceNumber
    private var timestamp: RTPTimestamp
    private var queue: [Signal] = []
    private var isFirst = true

    /// - Parameter digitType: payload type of telephone-event; nil where the call has none.
    init(law: G711.Law, audioType: UInt8, digitType: UInt8?, random: inout some RandomSource) {
        codec = G711(law)
        self.audioType = audioType
        self.digitType = digitType
        ssrc = SSRC(UInt32(truncatingIfNeeded: random.next()))
        sequence = SequenceNumber(UInt16(truncatingIfNeeded: random.next() >> 1) & 0x7FFF)
        timestamp = RTPTimestamp(UInt32(truncatingIfNeeded: random.next()))
    }

    /// A tone of so many packets, after what is queued already.
    mutating func play(frequencyHz: Double, packets: Int) {
        queue.append(
            .tone(ToneGenerator(frequencyHz: frequencyHz, level: TestSignal.toneLevel), packetsLeft: packets))
    }

    /// Presses keys one after the other; false where the call has no telephone-event.
    mutating func press(_ digits: String) -> Bool {
        guard digitType != nil else { return false }
        for digit in digits { queue += [.key(digit), .silence(packets: Self.digitGapPackets)] }
        return true
    }

    /// The packet that is due at `now`.
    mutating func next(now: Instant) -> [UInt8] {
        defer {
            sequence = sequence.next
            timestamp = timestamp.advanced(by: TestSignal.samplesPerPacket)
            packetsSent += 1
            isFirst = false
        }
        guard !queue.isEmpty else { return silence() }
        switch queue.removeFirst() {
        case .silence(let packets):
            if packets > 1 { queue.insert(.silence(packets: packets - 1), at: 0) }
            return silence()
        case .tone(let generator, let packetsLeft): return tone(generator, packetsLeft: packetsLeft, now: now)
        case .key(let key):
            guard let sender = DigitSender(digit: key, start: timestamp) else { return silence() }
            return digit(sender, packetsLeft: sender.packetCount)
        case .digit(let sender, let packetsLeft): return digit(sender, packetsLeft: packetsLeft)
        }
    }

    private func silence() -> [UInt8] {
        audio(Array(repeating: codec.silence, count: TestSignal.samplesPerPacket))
    }

    private mutating func tone(_ generator: ToneGenerator, packetsLeft: Int, now: Instant) -> [UInt8] {
        var generator = generator
        var pcm: [Int16] = []
        generator.next(TestSignal.samplesPerPacket, into: &pcm)
        if packetsLeft > 1 { queue.insert(.tone(generator, packetsLeft: packetsLeft - 1), at: 0) }
        departures[timestamp.value] = now
        var payload: [UInt8] = []
        codec.encode(pcm.span, into: &payload)
        return audio(payload)
    }

    private func audio(_ payload: [UInt8]) -> [UInt8] {
        RTPHeader(
            marker: isFirst, payloadType: audioType, sequenceNumber: sequence, timestamp: timestamp, ssrc: ssrc
        ).packet(payload: payload)
    }

    private mutating func digit(_ sender: DigitSender, packetsLeft: Int) -> [UInt8] {
        var sender = sender
        guard let packet = sender.next(), let digitType else { return silence() }
        if packetsLeft > 1 { queue.insert(.digit(sender, packetsLeft: packetsLeft - 1), at: 0) }
        return RTPHeader(
            marker: packet.marker, payloadType: digitType, sequenceNumber: sequence, timestamp: packet.timestamp,
            ssrc: ssrc
        ).packet(payload: packet.event.payload)
    }
}
