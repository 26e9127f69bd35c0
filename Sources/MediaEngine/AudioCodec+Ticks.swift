import MediaControl

extension AudioCodec {
    /// How long the sound of a payload lasts, in ticks of the RTP clock; 0 for what is no payload of this codec.
    func ticks(of payload: Span<UInt8>) -> Int {
        switch self {
        case .pcmu, .pcma, .g722: payload.count
        case .l16: payload.count / 2
        case .gsm: payload.count / 33 * 160
        case .g726(let bitsPerSample, _): payload.count * 8 / bitsPerSample
        case .opus: Self.opusTicks(of: payload)
        }
    }

    /// RFC 6716 §3.1: the first byte names the length of the frames and whether there is one, two or the number in the
    /// second byte. RFC 7587 §4.1: the clock is 48 kHz whatever the sound is.
    private static func opusTicks(of payload: Span<UInt8>) -> Int {
        guard payload.count > 0 else { return 0 }
        let configuration = Int(payload[0] >> 3)
        let frameTicks =
            switch configuration {
            case 0..<12: configuration & 3 == 3 ? 2_880 : 480 << (configuration & 3)
            case 12..<16: configuration & 1 == 0 ? 480 : 960
            default: 120 << (configuration & 3)
            }
        let frames =
            switch payload[0] & 3 {
            case 0: 1
            case 1, 2: 2
            default: payload.count > 1 ? Int(payload[1] & 0x3F) : 0
            }
        let ticks = frameTicks * frames
        // RFC 6716 §3.2.5: at most 120 ms.
        return ticks <= 5_760 ? ticks : 0
    }
}
