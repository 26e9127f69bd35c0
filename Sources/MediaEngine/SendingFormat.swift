import MediaControl

/// `AudioSending` as plain memory: how sound made here is sent to one peer.
struct SendingFormat: Hashable, Sendable {
    let codec: AudioCodec
    let payloadType: UInt8
    let packetMilliseconds: Int
    let telephoneEvent: UInt8?
    /// nil: silence is sent as sound.
    let comfortNoise: UInt8?

    /// nil when the format cannot be encoded.
    init?(_ sending: AudioSending) {
        guard let codec = AudioCodec(format: sending.format) else { return nil }
        self.codec = codec
        payloadType = sending.format.payloadType & 0x7F
        packetMilliseconds = codec.packetMilliseconds(ptime: sending.ptimeMilliseconds)
        comfortNoise = sending.comfortNoise.map { $0 & 0x7F }
        telephoneEvent = sending.telephoneEvent.map { $0 & 0x7F }
    }

    /// Ticks of the RTP clock that one packet lasts.
    var packetTicks: Int { codec.clockTicks(milliseconds: packetMilliseconds) }

    /// Sound is made in steps of this length: as long as possible, so that there are few, and a whole number to a
    /// packet.
    var stepMilliseconds: Int { packetMilliseconds % AudioClock.longStepMilliseconds == 0 ? 20 : 10 }
}
