import AudioDSP
import PBXBase
import RTPGrammar

/// What one phone hears: the tone packet by packet, and digits.
struct AudioSink {
    /// One packet of sound.
    struct Arrival {
        var timestamp: UInt32
        var at: Instant
        var measurement: ToneDetector.Measurement
    }

    /// More than this of one call is not kept: somebody floods the port.
    static let arrivalsMax = 2_000
    static let digitsMax = 64

    private(set) var arrivals: [Arrival] = []
    private(set) var digits = ""
    /// Packets that sound like the tone.
    private(set) var tonePackets = 0
    private(set) var packetsReceived = 0

    private let codec: G711
    private let audioType: UInt8
    private let digitType: UInt8?
    private let detector: ToneDetector
    private var keys = DigitReceiver()

    init(law: G711.Law, audioType: UInt8, digitType: UInt8?, toneHz: Double) {
        codec = G711(law)
        self.audioType = audioType
        self.digitType = digitType
        detector = ToneDetector(frequencyHz: toneHz)
    }

    /// Takes one datagram; what is no packet of this call's formats is passed over.
    mutating func received(_ packet: [UInt8], now: Instant) {
        guard let header = try? RTPHeader(packet.span) else { return }
        packetsReceived += 1
        let payload = packet[header.payload]
        if header.payloadType == digitType {
            guard let event = try? TelephoneEvent(payload.span),
                let key = keys.received(
                    event, timestamp: header.timestamp, ssrc: header.ssrc, marker: header.marker, now: now),
                digits.utf8.count < Self.digitsMax
            else { return }
            digits.append(key.digit)
        } else if header.payloadType == audioType, arrivals.count < Self.arrivalsMax {
            var pcm: [Int16] = []
            codec.decode(payload.span, into: &pcm)
            let measurement = detector.measure(pcm.span)
            if measurement.isTone { tonePackets += 1 }
            arrivals.append(Arrival(timestamp: header.timestamp.value, at: now, measurement: measurement))
        }
    }
}
