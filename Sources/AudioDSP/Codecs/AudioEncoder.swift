package import MediaControl

/// Turns sound into the payloads of one RTP stream. All memory is taken when it is made; encoding takes none, counts no
/// references and blocks nothing.
package struct AudioEncoder: ~Copyable {
    // Not private: other modules' optimised code names its type (the linker misses it in a release build else).
    enum Coder: ~Copyable {
        case g711(G711)
        case l16
        case spandsp(SpanDSPState)
        case opus(OpusEncoderState)
    }

    /// Room that any Opus packet fits in (RFC 6716 §3.2.1).
    package static let opusBytesMax = 1_275

    package let codec: AudioCodec
    /// Rate of the samples that `encode` takes, in Hz.
    package let sampleRate: Int
    let coder: Coder

    /// - Parameter sampleRate: one of the codec's `sampleRates`; nil takes its `sampleRate`. Opus encodes narrow sound
    ///   at its own rate better and cheaper than the same sound brought up to 48 kHz.
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
        case .g722: return .spandsp(try SpanDSPState(.g722Encoder, for: codec))
        case .gsm: return .spandsp(try SpanDSPState(.gsm, for: codec))
        case .g726(let bits, let packing):
            let kind = SpanDSPState.Kind.g726(bitsPerSample: bits, isHighestFirst: packing == .highestFirst)
            return .spandsp(try SpanDSPState(kind, for: codec))
        case .opus(let parameters): return .opus(try OpusEncoderState(parameters, sampleRate: sampleRate))
        }
    }

    /// Room that the payload of so much sound needs, in bytes.
    package func payloadBytesMax(milliseconds: Int) -> Int {
        codec.payloadBytes(milliseconds: milliseconds) ?? Self.opusBytesMax
    }

    /// Encodes the samples of one packet and returns the length of its payload; 0 when Opus finds nothing but silence
    /// and the peer wants no packets for it (`usedtx`).
    ///
    /// - Parameter samples: 10 to 60 ms at `sampleRate`: what `AudioCodec.packetMilliseconds(ptime:)` gives.
    package mutating func encode(
        _ samples: Span<Int16>, into bytes: inout MutableSpan<UInt8>
    ) throws(AudioCodecError) -> Int {
        switch coder {
        case .g711(let g711):
            guard samples.count <= bytes.count else {
                throw .bufferTooSmall(needed: samples.count, found: bytes.count)
            }
            g711.encode(samples, into: &bytes)
            return samples.count
        case .l16:
            guard 2 * samples.count <= bytes.count else {
                throw .bufferTooSmall(needed: 2 * samples.count, found: bytes.count)
            }
            for index in samples.indices {
                bytes[2 * index] = UInt8(truncatingIfNeeded: samples[index] >> 8)
                bytes[2 * index + 1] = UInt8(truncatingIfNeeded: samples[index])
            }
            return 2 * samples.count
        case .spandsp(let state): return try state.encode(samples, into: &bytes)
        case .opus(let state): return try state.encode(samples, into: &bytes)
        }
    }

    /// Sizes the redundancy of Opus for the loss that the peer's RTCP reports, in percent; others have none.
    package mutating func expectLoss(percent: Int) {
        switch coder {
        case .opus(let state): state.expectLoss(percent: percent)
        default: break
        }
    }

    /// Forgets all sound so far: the next packet begins a talk spurt of its own.
    package mutating func reset() {
        switch coder {
        case .g711: break
        case .l16: break
        case .spandsp(let state): state.reset()
        case .opus(let state): state.reset()
        }
    }
}
