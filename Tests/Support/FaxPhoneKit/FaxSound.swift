import AudioDSP
import MediaControl
import RTPGrammar

/// The sound of a fax machine as RTP with G.711, in packets of 20 ms.
struct FaxSound {
    static let samplesPerPacket = 160
    /// More packets missing at once are a sender that began anew.
    private static let gapMax = 50

    private let format: MediaFormat
    private let coder: G711
    private let source = SSRC(UInt32.random(in: .min ... .max))
    private var sequence = SequenceNumber(UInt16.random(in: .min ... .max))
    private var timestamp = RTPTimestamp(UInt32.random(in: .min ... .max))
    private var isBegun = false
    private var heardSource: SSRC?
    private var expected = SequenceNumber(0)

    init(_ format: MediaFormat) {
        self.format = format
        coder = G711(format.isNamed("PCMU") ? .mu : .a)
    }

    /// The next packet, silence included: adaptors of analogue lines send all the time.
    mutating func nextPacket(of terminal: FaxTerminal) -> [UInt8] {
        var samples = [Int16](repeating: 0, count: Self.samplesPerPacket)
        var span = samples.mutableSpan
        _ = terminal.makeAudio(into: &span)
        let header = RTPHeader(
            marker: !isBegun, payloadType: format.payloadType, sequenceNumber: sequence, timestamp: timestamp,
            ssrc: source)
        isBegun = true
        sequence = sequence.next
        timestamp = timestamp.advanced(by: Self.samplesPerPacket)
        return header.packet(payload: samples.map { coder.encode($0) })
    }

    /// Has the terminal hear a packet; the place of a lost one stays empty, as a modem loses its step otherwise.
    mutating func received(_ packet: [UInt8], terminal: FaxTerminal) {
        guard let header = try? RTPHeader(packet.span), header.payloadType == format.payloadType else { return }
        if header.ssrc == heardSource {
            let ahead = expected.distance(to: header.sequenceNumber)
            guard ahead >= 0 || ahead < -Self.gapMax else { return }
            if ahead > 0, ahead <= Self.gapMax { terminal.audioMissing(ahead * Self.samplesPerPacket) }
        }
        heardSource = header.ssrc
        expected = header.sequenceNumber.next
        let samples = packet[header.payload].map { coder.decode($0) }
        terminal.audioReceived(samples.span)
    }
}
