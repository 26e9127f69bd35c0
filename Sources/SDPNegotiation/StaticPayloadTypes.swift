package import MediaControl

/// Audio payload types with a fixed meaning (RFC 3551 §6, table 4), which need no `a=rtpmap`.
package enum StaticPayloadTypes {
    /// What the number stands for; nil for unassigned, video and dynamic numbers.
    package static func format(_ payloadType: UInt8) -> MediaFormat? {
        table.first { $0.payloadType == payloadType }
    }

    private static let table = [
        MediaFormat(payloadType: 0, name: "PCMU", clockRate: 8_000),
        MediaFormat(payloadType: 3, name: "GSM", clockRate: 8_000),
        MediaFormat(payloadType: 4, name: "G723", clockRate: 8_000),
        MediaFormat(payloadType: 5, name: "DVI4", clockRate: 8_000),
        MediaFormat(payloadType: 6, name: "DVI4", clockRate: 16_000),
        MediaFormat(payloadType: 7, name: "LPC", clockRate: 8_000),
        MediaFormat(payloadType: 8, name: "PCMA", clockRate: 8_000),
        // RFC 3551 §4.5.2: G.722 samples at 16 kHz, but its RTP clock is 8 kHz, by an old mistake.
        MediaFormat(payloadType: 9, name: "G722", clockRate: 8_000),
        MediaFormat(payloadType: 10, name: "L16", clockRate: 44_100, channels: 2),
        MediaFormat(payloadType: 11, name: "L16", clockRate: 44_100),
        MediaFormat(payloadType: 12, name: "QCELP", clockRate: 8_000),
        MediaFormat(payloadType: 13, name: "CN", clockRate: 8_000),
        MediaFormat(payloadType: 14, name: "MPA", clockRate: 90_000),
        MediaFormat(payloadType: 15, name: "G728", clockRate: 8_000),
        MediaFormat(payloadType: 16, name: "DVI4", clockRate: 11_025),
        MediaFormat(payloadType: 17, name: "DVI4", clockRate: 22_050),
        MediaFormat(payloadType: 18, name: "G729", clockRate: 8_000),
    ]
}
