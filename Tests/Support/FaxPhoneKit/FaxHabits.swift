package import MediaControl

/// How a fax machine behaves in a call; machines differ in this more than in their fax.
package struct FaxHabits: Sendable {
    /// What it does about fax packets (T.38).
    package enum Packets: Sendable {
        /// Knows none and says 488: an adaptor for an analogue line.
        case refused
        /// Takes them when the other side asks.
        case taken
        /// Asks for them as soon as it hears a fax, as gateways do (T.38 Annex D.2.2).
        case wanted
    }

    package var packets: Packets
    /// Its only codec.
    package var format: MediaFormat
    /// Of so many datagrams with fax packets, either way, one is lost; 0: none.
    package var losesOneOf: Int

    package static let alaw = MediaFormat(payloadType: 8, name: "PCMA", clockRate: 8_000)
    package static let ulaw = MediaFormat(payloadType: 0, name: "PCMU", clockRate: 8_000)

    package init(_ packets: Packets, format: MediaFormat = alaw, losesOneOf: Int = 0) {
        self.packets = packets
        self.format = format
        self.losesOneOf = losesOneOf
    }

    /// As it offers fax packets: what most adaptors say.
    static let parameters = FaxParameters(bufferBytesMax: 1_800, datagramBytesMax: 400)
}
