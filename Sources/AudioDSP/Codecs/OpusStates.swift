import COpus
import MediaControl

/// An Opus encoder of one channel, owned.
@safe struct OpusEncoderState: ~Copyable {
    /// Of 0 to 10; at 5 a frame costs a third of what it costs at 10, and speech sounds the same.
    static let complexity: Int32 = 5
    /// What redundancy is sized for until RTCP tells better.
    static let lossPercentAssumed: Int32 = 10

    private let state: OpaquePointer
    private let sampleRate: Int
    private let skipsSilence: Bool

    init(_ parameters: OpusParameters, sampleRate: Int) throws(AudioCodecError) {
        guard let state = unsafe pbx_opus_encoder_create(Int32(clamping: sampleRate)) else {
            throw .unavailable(.opus(parameters), sampleRate: sampleRate)
        }
        unsafe self.state = state
        self.sampleRate = sampleRate
        skipsSilence = parameters.usesDTX
        let bitRate = min(parameters.bitRateMax ?? .max, Self.bitRate(sampleRate: sampleRate))
        unsafe pbx_opus_encoder_set_bitrate(state, Int32(clamping: bitRate))
        unsafe pbx_opus_encoder_set_complexity(state, Self.complexity)
        unsafe pbx_opus_encoder_set_vbr(state, parameters.usesConstantBitRate ? 0 : 1)
        unsafe pbx_opus_encoder_set_fec(state, parameters.usesFEC ? 1 : 0)
        unsafe pbx_opus_encoder_set_loss(state, parameters.usesFEC ? Self.lossPercentAssumed : 0)
        unsafe pbx_opus_encoder_set_dtx(state, parameters.usesDTX ? 1 : 0)
        unsafe pbx_opus_encoder_set_bandwidth_max(state, Self.bandwidth(playbackRateMax: parameters.playbackRateMax))
    }

    deinit { unsafe opus_encoder_destroy(state) }

    /// RFC 7587 §3.1.1: what gives good speech at each bandwidth, with room for redundancy.
    private static func bitRate(sampleRate: Int) -> Int {
        switch sampleRate {
        case ...8_000: 16_000
        case ...16_000: 24_000
        case ...24_000: 32_000
        default: 40_000
        }
    }

    private static func bandwidth(playbackRateMax: Int) -> Int32 {
        switch playbackRateMax {
        case ..<12_000: OPUS_BANDWIDTH_NARROWBAND
        case ..<16_000: OPUS_BANDWIDTH_MEDIUMBAND
        case ..<24_000: OPUS_BANDWIDTH_WIDEBAND
        case ..<48_000: OPUS_BANDWIDTH_SUPERWIDEBAND
        default: OPUS_BANDWIDTH_FULLBAND
        }
    }

    /// One frame into one packet; 0 bytes when silence needs none.
    func encode(_ samples: Span<Int16>, into bytes: inout MutableSpan<UInt8>) throws(AudioCodecError) -> Int {
        // Frames are 10, 20, 40 or 60 ms: the library has more, which no `ptime` asks for.
        let frame = sampleRate / 100
        switch samples.count {
        case frame, 2 * frame, 4 * frame, 6 * frame: break
        default: throw .badLength(samples: samples.count)
        }
        // With less room the library would still find something to say, only worse.
        guard bytes.count >= AudioEncoder.opusBytesMax else {
            throw .bufferTooSmall(needed: AudioEncoder.opusBytesMax, found: bytes.count)
        }
        let written: Int32 = unsafe samples.withUnsafeBufferPointer { source in
            unsafe bytes.withUnsafeMutableBufferPointer { target in
                guard let input = source.baseAddress, let output = target.baseAddress else {
                    return OPUS_BUFFER_TOO_SMALL
                }
                return unsafe opus_encode(state, input, Int32(source.count), output, Int32(AudioEncoder.opusBytesMax))
            }
        }
        guard written > 0 else { throw .bufferTooSmall(needed: AudioEncoder.opusBytesMax, found: bytes.count) }
        // A packet of two bytes or less says nothing but that there is silence (opus_encode's contract).
        return skipsSilence && written <= 2 ? 0 : Int(written)
    }

    /// Sizes the redundancy for this loss, in percent of packets.
    func expectLoss(percent: Int) { unsafe pbx_opus_encoder_set_loss(state, Int32(min(max(percent, 0), 100))) }

    func reset() { unsafe pbx_opus_encoder_reset(state) }
}

/// An Opus decoder to one channel, owned.
@safe struct OpusDecoderState: ~Copyable {
    private let state: OpaquePointer
    private let sampleRate: Int

    init(_ parameters: OpusParameters, sampleRate: Int) throws(AudioCodecError) {
        guard let state = unsafe pbx_opus_decoder_create(Int32(clamping: sampleRate)) else {
            throw .unavailable(.opus(parameters), sampleRate: sampleRate)
        }
        unsafe self.state = state
        self.sampleRate = sampleRate
    }

    deinit { unsafe opus_decoder_destroy(state) }

    func decode(_ payload: Span<UInt8>, into samples: inout MutableSpan<Int16>) throws(AudioCodecError) -> Int {
        guard !payload.isEmpty else { throw .emptyPayload }
        return try decode(payload, room: samples.count, isForLost: false, into: &samples)
    }

    /// Sound for a lost packet of `count` samples, out of the redundancy in the next packet if there is some.
    func recover(
        fromNext payload: Span<UInt8>, count: Int, into samples: inout MutableSpan<Int16>
    ) throws(AudioCodecError) -> Int {
        guard !payload.isEmpty else { throw .emptyPayload }
        let room = try lostCount(count, found: samples.count)
        return try decode(payload, room: room, isForLost: true, into: &samples)
    }

    /// Sound for a lost packet of `count` samples, out of what came before.
    func conceal(_ count: Int, into samples: inout MutableSpan<Int16>) throws(AudioCodecError) -> Int {
        let room = try lostCount(count, found: samples.count)
        return try decode(Span(), room: room, isForLost: false, into: &samples)
    }

    /// The library makes up sound in steps of 2.5 ms only.
    private func lostCount(_ count: Int, found: Int) throws(AudioCodecError) -> Int {
        let step = sampleRate / 400
        guard count > 0, count.isMultiple(of: step) else { throw .badLength(samples: count) }
        guard count <= found else { throw .bufferTooSmall(needed: count, found: found) }
        return count
    }

    private func decode(
        _ payload: Span<UInt8>, room: Int, isForLost: Bool, into samples: inout MutableSpan<Int16>
    ) throws(AudioCodecError) -> Int {
        let found = samples.count
        let count: Int32 = unsafe payload.withUnsafeBufferPointer { source in
            unsafe samples.withUnsafeMutableBufferPointer { target in
                guard let output = target.baseAddress else { return OPUS_BUFFER_TOO_SMALL }
                return unsafe opus_decode(
                    state, source.isEmpty ? nil : source.baseAddress, Int32(clamping: source.count),
                    output, Int32(clamping: room), isForLost ? 1 : 0)
            }
        }
        if count == OPUS_BUFFER_TOO_SMALL { throw .bufferTooSmall(needed: sampleRate * 120 / 1_000, found: found) }
        guard count > 0 else { throw .malformedPayload }
        return Int(count)
    }

    func reset() { unsafe pbx_opus_decoder_reset(state) }
}
