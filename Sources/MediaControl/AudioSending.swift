/// How a worker encodes what does not come as finished packets: a mix, a file, a tone, digits.
package struct AudioSending: Hashable, Sendable {
    /// The codec, with the payload type that the peer gave it.
    package var format: MediaFormat
    /// Sound per packet in milliseconds, 10…60.
    package var ptimeMilliseconds: Int
    /// The peer's payload type for telephone-event at the same clock rate; nil: digits go out as sound.
    package var telephoneEvent: UInt8?
    /// The peer's payload type for comfort noise (RFC 3389); nil: silence is sent as sound.
    package var comfortNoise: UInt8?

    package init(
        format: MediaFormat, ptimeMilliseconds: Int = 20, telephoneEvent: UInt8? = nil, comfortNoise: UInt8? = nil
    ) {
        self.format = format
        self.ptimeMilliseconds = ptimeMilliseconds
        self.telephoneEvent = telephoneEvent
        self.comfortNoise = comfortNoise
    }
}
