package import MediaControl

/// What the phone speaks, as it stands in its offers.
package enum PhoneCodecs {
    /// Best sound first; G.711 is what everybody has.
    package static let factoryNames = ["opus", "G722", "PCMA", "PCMU"]

    private static let known: [MediaFormat] = [
        AudioCodec.opus(OpusParameters(usesFEC: true)).format(payloadType: 96), AudioCodec.g722.format(payloadType: 9),
        AudioCodec.pcma.format(payloadType: 8), AudioCodec.pcmu.format(payloadType: 0),
    ]
    // RFC 7587 §7 and RFC 4733 §2.1: events share the clock of the codec beside them.
    private static let events: [MediaFormat] = [
        MediaFormat(payloadType: 101, name: "telephone-event", clockRate: 8_000, parameters: "0-16"),
        MediaFormat(payloadType: 102, name: "telephone-event", clockRate: 48_000, parameters: "0-16"),
    ]

    /// Whether a name is one of a codec that the phone has.
    package static func isKnown(_ name: String) -> Bool { known.contains { $0.isNamed(name) } }

    /// The formats of these codecs, with the events that go with them.
    package static func formats(_ names: [String]) -> [MediaFormat] {
        let sound = names.compactMap { name in known.first { $0.isNamed(name) } }
        return sound + events.filter { event in sound.contains { $0.clockRate == event.clockRate } }
    }
}
