package import MediaControl

/// Why sound could not be encoded or decoded. Payload errors are the peer's, the others ours.
package enum AudioCodecError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The library gave no state: out of memory, or it refuses the rate.
    case unavailable(AudioCodec, sampleRate: Int)
    /// The payload holds no sound.
    case emptyPayload
    /// The payload is not a whole number of frames.
    case brokenFrame(payloadBytes: Int, frameBytes: Int)
    /// The payload contradicts itself.
    case malformedPayload
    /// The samples are not a whole number of frames, or of a length that the codec has no packet for.
    case badLength(samples: Int)
    /// The result does not fit.
    case bufferTooSmall(needed: Int, found: Int)

    package var description: String {
        switch self {
        case .unavailable(let codec, let sampleRate):
            "\(codec.encodingName): no codec state at \(sampleRate) Hz (out of memory, or no rate of this codec)"
        case .emptyPayload: "payload: empty"
        case .brokenFrame(let payloadBytes, let frameBytes):
            "payload: \(payloadBytes) bytes are not a multiple of \(frameBytes)"
        case .malformedPayload: "payload: its frames contradict its length"
        case .badLength(let samples): "packet of \(samples) samples: the codec has no frames of this length"
        case .bufferTooSmall(let needed, let found): "buffer: \(found) elements, \(needed) needed"
        }
    }
}
