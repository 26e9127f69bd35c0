package import MediaControl

/// Turns the payloads of one RTP stream into sound. All memory is taken when it is made; decoding takes none, counts no
/// references and blocks nothing. Whatever is in a payload, it gives samples or an error.
package struct AudioDecoder: ~Copyable {
    // Not private: other modules' optimised code names its type (the linker misses it in a release build else).
    enum Coder: ~Copyable {
        case g711(G711)
        case l16
        case spandsp(SpanDSPState)
        case opus(OpusDecoderState)
    }

    /// The longest packet that Opus can make (RFC 6716 §3.2.5); a buffer of this length takes every packet.
    package static let packetMillisecondsMax = 120

    package let codec: AudioCodec
    /// Rate of the samples that `decode` gives, in Hz.
    package let sampleRate: Int
    let coder: Coder

    /// - Parameter sampleRate: one of the codec's `sampleRates`; nil takes its `sampleRate`. Opus decodes straight to
    ///   8 kHz at a fraction of what 48 kHz and a resampler cost.
    package init(_ codec: AudioCodec, sampleRate: Int? = nil) throws(AudioCodecError) {
        let rate = sampleRate ?? codec.sampleRate
        guard codec.sampleRates.contains(rate) else { throw .unavailable(codec, sampleRate: rate) }
        let coder = try Self.coder(for: codec, sampleRate: rate)
        self.codec = codec
        self.sampleRate = rate
        self.coder = coder
    }

    private static func coder(for codec: AudioCodec, sampleRate: Int) throws(AudioCodecError) -> Coder {
        switch codec {
        case .pcmu: return .g711(G711(.mu))
        case .pcma: return .g711(G711(.a))
        case .l16: return .l16
        case .g722: return .spandsp(try SpanDSPState(.g722Decoder, for: codec))
        case .gsm: return .spandsp(try SpanDSPState(.gsm, for: codec))
        case .g726(let bits, let packing):
            let kind = SpanDSPState.Kind.g726(bitsPerSample: bits, isHighestFirst: packing == .highestFirst)
            return .spandsp(try SpanDSPState(kind, for: codec))
        case .opus(let parameters): return .opus(try OpusDecoderState(parameters, sampleRate: sampleRate))
        }
    }

    /// Decodes one payload, of one frame or several, and returns how many samples it held.
    package mutating func decode(
        _ payload: Span<UInt8>, into samples: inout MutableSpan<Int16>
    ) throws(AudioCodecError) -> Int {
        switch coder {
        case .g711(let g711):
            guard !payload.isEmpty else { throw .emptyPayload }
            guard payload.count <= samples.count else {
                throw .bufferTooSmall(needed: payload.count, found: samples.count)
            }
            g711.decode(payload, into: &samples)
            return payload.count
        case .l16: return try Self.decodeL16(payload, into: &samples)
        case .spandsp(let state): return try state.decode(payload, into: &samples)
        case .opus(let state): return try state.decode(payload, into: &samples)
        }
    }

    private static func decodeL16(
        _ payload: Span<UInt8>, into samples: inout MutableSpan<Int16>
    ) throws(AudioCodecError) -> Int {
        guard !payload.isEmpty else { throw .emptyPayload }
        guard payload.count.isMultiple(of: 2) else { throw .brokenFrame(payloadBytes: payload.count, frameBytes: 2) }
        let count = payload.count / 2
        guard count <= samples.count else { throw .bufferTooSmall(needed: count, found: samples.count) }
        for index in 0..<count {
            let high = UInt16(payload[2 * index]) << 8
            samples[index] = Int16(bitPattern: high | UInt16(payload[2 * index + 1]))
        }
        return count
    }

    /// Whether the codec makes up for lost packets by itself; the others need a concealment behind them.
    package var concealsLoss: Bool { if case .opus = codec { true } else { false } }

    /// Makes up `count` samples for a lost packet out of what came before; 0 samples when the codec cannot
    /// (`concealsLoss`). Opus takes multiples of 2.5 ms.
    package mutating func concealLoss(
        _ count: Int, into samples: inout MutableSpan<Int16>
    ) throws(AudioCodecError) -> Int {
        switch coder {
        case .opus(let state): return try state.conceal(count, into: &samples)
        default: return 0
        }
    }

    /// Makes up `count` samples for a lost packet out of the redundancy in the packet after it, which is then decoded
    /// as usual; concealment when it holds none. 0 samples when the codec has no redundancy.
    package mutating func recover(
        fromNext payload: Span<UInt8>, count: Int, into samples: inout MutableSpan<Int16>
    ) throws(AudioCodecError) -> Int {
        switch coder {
        case .opus(let state): return try state.recover(fromNext: payload, count: count, into: &samples)
        default: return 0
        }
    }

    /// Forgets all sound so far: another stream begins.
    package mutating func reset() {
        switch coder {
        case .g711: break
        case .l16: break
        case .spandsp(let state): state.reset()
        case .opus(let state): state.reset()
        }
    }
}
