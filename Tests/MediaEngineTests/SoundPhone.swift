import AudioDSP
import MediaControl
import PBXBase
import RTPGrammar

@testable import MediaEngine

/// A phone at a port of the harness that speaks a tone and keeps what it hears.
final class SoundPhone {
    let harness: WorkerHarness
    let lease: PortLease
    let endpoint: Endpoint
    let codec: AudioCodec
    let format: MediaFormat
    /// What it says; nil: it is silent, but sends packets all the same.
    var tone: ToneGenerator?
    /// It sends packets.
    var isSending = true
    /// How long its packets are, a multiple of 10.
    var packetMilliseconds = 20
    private var unspokenMilliseconds = 0
    /// Of so many packets the network loses the last; nil: none.
    var losesOneOf: Int?
    /// Its tone comes out of an amplifier that was turned up too far.
    var isOverdriven = false
    private var packetsSpoken = 0
    private var keyStart = RTPTimestamp(0)
    /// What it heard, in order of arrival.
    private(set) var heard: [Int16] = []
    private(set) var headers: [RTPHeader] = []
    private(set) var events: [TelephoneEvent] = []

    private var stream: TestStream
    private var encoder: AudioEncoder
    private var decoder: AudioDecoder

    init(
        _ harness: WorkerHarness, _ lease: PortLease, _ codec: AudioCodec, toneHz: Double? = nil, index: UInt32
    ) throws {
        self.harness = harness
        self.lease = lease
        self.codec = codec
        endpoint = Endpoint(IPAddress(ipv4: 0xC000_0210 + index), port: 4_000)
        format = codec.format(payloadType: codec.staticPayloadType ?? 96)
        encoder = try AudioEncoder(codec)
        decoder = try AudioDecoder(codec)
        stream = TestStream(payloadType: format.payloadType, ssrc: SSRC(0x100 + index))
        tone = toneHz.map { ToneGenerator(frequencyHz: $0, level: -20, sampleRate: codec.sampleRate) }
    }

    /// A plan with what every phone has; `change` says the rest.
    func plan(events: Bool = true, _ change: (inout MediaPlan) -> Void = { _ in }) -> MediaPlan {
        var plan = MediaPlan(remote: endpoint, remoteRTCP: Endpoint(endpoint.address, port: endpoint.port + 1))
        plan.formats = [format]
        if events {
            plan.formats.append(MediaFormat(payloadType: 101, name: "telephone-event", clockRate: codec.clockRate))
        }
        plan.payloadTypes = plan.formats.map { .init(received: $0.payloadType, forwarded: $0.payloadType) }
        plan.sending = AudioSending(format: format, telephoneEvent: events ? 101 : nil)
        plan.clockRate = codec.clockRate
        change(&plan)
        return plan
    }

    func seat(in room: UInt64, _ change: (inout RoomSeat) -> Void = { _ in }) -> MediaPlan {
        plan { plan in
            var seat = RoomSeat(room: MediaRoomID(room))
            change(&seat)
            plan.seat = seat
        }
    }

    /// Lives through 20 ms: sends the packets that are complete by then.
    func speak() {
        unspokenMilliseconds += 20
        while unspokenMilliseconds >= packetMilliseconds {
            unspokenMilliseconds -= packetMilliseconds
            speakPacket()
        }
    }

    private func speakPacket() {
        guard isSending else { return }
        let count = codec.sampleRate * packetMilliseconds / 1_000
        var samples: [Int16] = []
        tone?.next(count, into: &samples)
        if samples.isEmpty { samples = Array(repeating: 0, count: count) }
        if isOverdriven { for index in samples.indices { samples[index] = samples[index] < 0 ? -32_767 : 32_767 } }
        var bytes = [UInt8](repeating: 0, count: encoder.payloadBytesMax(milliseconds: packetMilliseconds))
        var span = bytes.mutableSpan
        let length = (try? encoder.encode(samples.span, into: &span)) ?? 0
        send(Array(bytes.prefix(length)), ticks: codec.clockTicks(milliseconds: packetMilliseconds))
    }

    /// Presses a key for so many packets; `isContinued`: the key that is down already goes on. `each` is called behind
    /// every packet, when the worker has taken it.
    func press(
        _ digit: Character, packets: Int = 5, endPackets: Int = 3, isContinued: Bool = false,
        each: ((Int) -> Void)? = nil
    ) {
        let code = TelephoneEvent.code(ofDigit: digit) ?? 0
        let start = isContinued ? keyStart : stream.timestamp
        keyStart = start
        for index in 1...(packets + endPackets - 1) {
            let event = TelephoneEvent(
                code: code, isEnd: index >= packets, duration: UInt16(min(index, packets) * 160))
            let header = RTPHeader(
                marker: index == 1 && !isContinued, payloadType: 101, sequenceNumber: stream.sequence, timestamp: start,
                ssrc: stream.ssrc)
            stream.sequence = stream.sequence.next
            harness.io.deliver(header.packet(payload: event.payload), from: endpoint, to: lease.rtp)
            guard let each else { continue }
            harness.turn()
            each(index)
        }
        stream.timestamp = start.advanced(by: 160 * packets)
    }

    private func send(_ payload: [UInt8], ticks: Int) {
        let header = RTPHeader(
            marker: false, payloadType: format.payloadType, sequenceNumber: stream.sequence,
            timestamp: stream.timestamp, ssrc: stream.ssrc)
        stream.sequence = stream.sequence.next
        stream.timestamp = stream.timestamp.advanced(by: ticks)
        packetsSpoken += 1
        if let losesOneOf, packetsSpoken % losesOneOf == 0 { return }
        harness.io.deliver(header.packet(payload: payload), from: endpoint, to: lease.rtp)
    }

    /// Decodes what of `sent` was for this phone.
    func hear(_ sent: [MemoryIO.Sent]) {
        for datagram in sent where datagram.to == endpoint {
            guard let header = try? RTPHeader(datagram.bytes.span) else { continue }
            headers.append(header)
            let payload = Array(datagram.bytes[header.payload])
            if header.payloadType == 13 { continue }
            if header.payloadType == 101 {
                if let event = try? TelephoneEvent(payload.span) { events.append(event) }
                continue
            }
            var samples = [Int16](repeating: 0, count: 5_760)
            var span = samples.mutableSpan
            let count = (try? decoder.decode(payload.span, into: &span)) ?? 0
            heard += samples[..<count]
        }
    }

    /// Forgets what it heard.
    func forget() {
        heard = []
        headers = []
        events = []
    }

    /// Level of a tone in the last half second that it heard, in dBov.
    func level(ofHz frequency: Double) -> Double {
        let part = Array(heard.suffix(codec.sampleRate / 2))
        return ToneDetector(frequencyHz: frequency, sampleRate: codec.sampleRate).measure(part.span).toneLevel
    }

    func hears(_ frequency: Double) -> Bool { level(ofHz: frequency) > -30 }
}

extension WorkerHarness {
    /// Time in which all phones speak and hear.
    func talk(milliseconds: Int, _ phones: [SoundPhone]) {
        let sent = run(milliseconds: milliseconds) { millisecond in
            // A few milliseconds apart, as phones are.
            for (index, phone) in phones.enumerated() where millisecond % 20 == index % 20 { phone.speak() }
        }
        for phone in phones { phone.hear(sent) }
    }
}
