import CSpanDSP
import MediaControl

/// One direction of a codec that spandsp implements, owned.
@safe struct SpanDSPState: ~Copyable {
    enum Kind: Equatable {
        case g722Encoder
        case g722Decoder
        case gsm
        case g726(bitsPerSample: Int, isHighestFirst: Bool)
    }

    private let state: OpaquePointer
    private let kind: Kind

    init(_ kind: Kind, for codec: AudioCodec) throws(AudioCodecError) {
        let state =
            switch kind {
            case .g722Encoder: unsafe pbx_spandsp_g722_encoder_create()
            case .g722Decoder: unsafe pbx_spandsp_g722_decoder_create()
            case .gsm: unsafe pbx_spandsp_gsm_create()
            case .g726(let bits, let isHighestFirst):
                unsafe pbx_spandsp_g726_create(Int32(clamping: bits * 8_000), isHighestFirst ? 1 : 0)
            }
        guard let state = unsafe state else { throw .unavailable(codec, sampleRate: codec.sampleRate) }
        unsafe self.state = state
        self.kind = kind
    }

    deinit {
        switch kind {
        case .g722Encoder: unsafe g722_encode_free(state)
        case .g722Decoder: unsafe g722_decode_free(state)
        case .gsm: unsafe gsm0610_free(state)
        case .g726: unsafe g726_free(state)
        }
    }

    func reset() {
        switch kind {
        case .g722Encoder: unsafe pbx_spandsp_g722_encoder_reset(state)
        case .g722Decoder: unsafe pbx_spandsp_g722_decoder_reset(state)
        case .gsm: unsafe pbx_spandsp_gsm_reset(state)
        case .g726(let bits, let isHighestFirst):
            unsafe pbx_spandsp_g726_reset(state, Int32(clamping: bits * 8_000), isHighestFirst ? 1 : 0)
        }
    }

    /// The shortest run of samples that fills whole bytes: what the library reads at a time, whatever length it is
    /// given.
    private var samplesPerFrame: Int {
        switch kind {
        case .g722Encoder, .g722Decoder: 2
        case .gsm: 160
        case .g726: 8
        }
    }

    private var bytesPerFrame: Int {
        switch kind {
        case .g722Encoder, .g722Decoder: 1
        case .gsm: 33
        case .g726(let bits, _): bits
        }
    }

    func encode(_ samples: Span<Int16>, into bytes: inout MutableSpan<UInt8>) throws(AudioCodecError) -> Int {
        guard !samples.isEmpty, samples.count.isMultiple(of: samplesPerFrame) else {
            throw .badLength(samples: samples.count)
        }
        let needed = samples.count / samplesPerFrame * bytesPerFrame
        guard needed <= bytes.count else { throw .bufferTooSmall(needed: needed, found: bytes.count) }
        let count = Int32(clamping: samples.count)
        let written = unsafe samples.withUnsafeBufferPointer { source in
            unsafe bytes.withUnsafeMutableBufferPointer { target in
                switch kind {
                case .g722Encoder: unsafe g722_encode(state, target.baseAddress, source.baseAddress, count)
                case .g722Decoder: Int32(0)
                case .gsm: unsafe gsm0610_encode(state, target.baseAddress, source.baseAddress, count)
                case .g726: unsafe g726_encode(state, target.baseAddress, source.baseAddress, count)
                }
            }
        }
        return Int(written)
    }

    func decode(_ payload: Span<UInt8>, into samples: inout MutableSpan<Int16>) throws(AudioCodecError) -> Int {
        guard !payload.isEmpty else { throw .emptyPayload }
        guard payload.count.isMultiple(of: bytesPerFrame) else {
            throw .brokenFrame(payloadBytes: payload.count, frameBytes: bytesPerFrame)
        }
        let frames = payload.count / bytesPerFrame
        let needed = frames * samplesPerFrame
        guard needed <= samples.count else { throw .bufferTooSmall(needed: needed, found: samples.count) }
        if kind == .gsm {
            // RFC 3551 §4.5.8.1: each frame begins with the signature 0xD.
            for frame in 0..<frames where payload[frame * bytesPerFrame] >> 4 != 0xD { throw .malformedPayload }
        }
        let count = Int32(clamping: payload.count)
        let written = unsafe payload.withUnsafeBufferPointer { source in
            unsafe samples.withUnsafeMutableBufferPointer { target in
                switch kind {
                case .g722Decoder: unsafe g722_decode(state, target.baseAddress, source.baseAddress, count)
                case .g722Encoder: Int32(0)
                case .gsm: unsafe gsm0610_decode(state, target.baseAddress, source.baseAddress, count)
                case .g726: unsafe g726_decode(state, target.baseAddress, source.baseAddress, count)
                }
            }
        }
        return Int(written)
    }
}
