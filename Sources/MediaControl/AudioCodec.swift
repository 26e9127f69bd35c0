/// A coding of sound that the media plane can both read and write. Any other format can only be passed through.
package enum AudioCodec: Hashable, Sendable {
    /// G.711 µ-law.
    case pcmu
    /// G.711 A-law.
    case pcma
    /// G.722 at 64 kbit/s.
    case g722
    /// Opus, with what the peer asked for.
    case opus(OpusParameters)
    /// Plain 16-bit samples, big endian, one channel (RFC 3551 §4.5.11).
    case l16(sampleRate: Int)
    /// GSM 06.10 full rate.
    case gsm
    /// G.726, two to five bits for a sample.
    case g726(bitsPerSample: Int, packing: G726Packing)

    /// In which order the codes of G.726 fill a byte.
    package enum G726Packing: Hashable, Sendable {
        /// The first code in the lowest bits (RFC 3551 §4.5.4: `G726-32`).
        case lowestFirst
        /// The first code in the highest bits (RFC 3551 §4.5.4: `AAL2-G726-32`).
        case highestFirst
    }

    /// Sampling rates at which L16 is taken, in Hz.
    package static let l16SampleRates = [8_000, 16_000, 24_000, 32_000, 48_000]
    /// Packets hold this much sound at the least and at the most.
    package static let packetMilliseconds = 10...60

    /// The codec that a format names; nil for formats that cannot be decoded here.
    package init?(format: MediaFormat) {
        if format.isNamed("opus") {
            // RFC 7587 §7: always 48000/2, whatever is in the packets; some phones leave the channels out.
            guard format.clockRate == 48_000, format.channels <= 2 else { return nil }
            self = .opus(OpusParameters(parameters: format.parameters))
            return
        }
        guard format.channels == 1 else { return nil }
        if format.isNamed("L16") {
            guard Self.l16SampleRates.contains(format.clockRate) else { return nil }
            self = .l16(sampleRate: format.clockRate)
            return
        }
        guard format.clockRate == 8_000, let codec = Self.narrow.first(where: { format.isNamed($0.encodingName) })
        else { return nil }
        self = codec
    }

    /// Every codec with an RTP clock of 8 kHz and no parameters.
    private static let narrow: [AudioCodec] =
        [.pcma, .pcmu, .g722, .gsm] + (2...5).map { .g726(bitsPerSample: $0, packing: .lowestFirst) }
        + (2...5).map { .g726(bitsPerSample: $0, packing: .highestFirst) }

    /// The name in SDP (RFC 3551, RFC 7587).
    package var encodingName: String {
        switch self {
        case .pcmu: "PCMU"
        case .pcma: "PCMA"
        case .g722: "G722"
        case .opus: "opus"
        case .l16: "L16"
        case .gsm: "GSM"
        case .g726(let bits, .lowestFirst): "G726-\(bits * 8)"
        case .g726(let bits, .highestFirst): "AAL2-G726-\(bits * 8)"
        }
    }

    /// The payload type fixed for it (RFC 3551 §6); nil when SDP has to give one.
    package var staticPayloadType: UInt8? {
        switch self {
        case .pcmu: 0
        case .gsm: 3
        case .pcma: 8
        case .g722: 9
        case .opus, .l16, .g726: nil
        }
    }

    /// Ticks of the RTP timestamp in a second. RFC 3551 §4.5.2: 8,000 for G.722, though it samples at 16 kHz.
    package var clockRate: Int {
        switch self {
        case .pcmu, .pcma, .g722, .gsm, .g726: 8_000
        case .opus: 48_000
        case .l16(let sampleRate): sampleRate
        }
    }

    /// The rate of its sound at full quality, in Hz: what a decoder gives unless asked for another rate.
    package var sampleRate: Int {
        switch self {
        case .pcmu, .pcma, .gsm, .g726: 8_000
        case .g722: 16_000
        case .opus(let parameters): Self.opusSampleRates.first { $0 >= parameters.playbackRateMax } ?? 48_000
        case .l16(let sampleRate): sampleRate
        }
    }

    /// Rates at which it can be decoded and encoded without a resampler, in Hz.
    package var sampleRates: [Int] {
        switch self {
        case .opus: Self.opusSampleRates
        case .pcmu, .pcma, .g722, .gsm, .g726, .l16: [sampleRate]
        }
    }

    private static let opusSampleRates = [8_000, 16_000, 24_000, 48_000]

    /// What SDP calls it, with the wishes of `opus` as parameters.
    package func format(payloadType: UInt8) -> MediaFormat {
        switch self {
        case .opus(let parameters):
            MediaFormat(
                payloadType: payloadType, name: encodingName, clockRate: clockRate, channels: 2,
                parameters: parameters.text)
        case .pcmu, .pcma, .g722, .gsm, .g726, .l16:
            MediaFormat(payloadType: payloadType, name: encodingName, clockRate: clockRate)
        }
    }
}

/// How long packets and frames are.
extension AudioCodec {
    /// The shortest stretch of sound that can be encoded by itself; packets hold whole multiples.
    package var frameMilliseconds: Int {
        switch self {
        case .gsm: 20
        case .pcmu, .pcma, .g722, .opus, .l16, .g726: 10
        }
    }

    /// The packet length to send when the peer's SDP says `ptime`: the longest possible one that is not longer, within
    /// `packetMilliseconds`.
    package func packetMilliseconds(ptime: Int) -> Int {
        let wished = min(max(ptime, Self.packetMilliseconds.lowerBound), Self.packetMilliseconds.upperBound)
        switch self {
        case .opus:
            // RFC 6716 §3.1: the lengths that one frame can have.
            return [60, 40, 20].first { $0 <= wished } ?? 10
        case .gsm: return max(20, wished / 20 * 20)
        case .pcmu, .pcma, .g722, .l16, .g726: return wished / 10 * 10
        }
    }

    /// Bytes of sound of this length, for codecs of a fixed rate; nil for Opus.
    package func payloadBytes(milliseconds: Int) -> Int? {
        switch self {
        case .pcmu, .pcma, .g722: milliseconds * 8
        case .opus: nil
        case .l16(let sampleRate): milliseconds * sampleRate / 1_000 * 2
        case .gsm: milliseconds / 20 * 33
        case .g726(let bitsPerSample, _): milliseconds * bitsPerSample
        }
    }

    /// Ticks of the RTP timestamp that sound of this length advances it by.
    package func clockTicks(milliseconds: Int) -> Int { milliseconds * clockRate / 1_000 }
}
