package import MediaControl

/// Which codecs the two sides of a call are told: those of the side that offered first, so that packets pass as they
/// are wherever both sides can, and behind them what can be transcoded here, so that sides without a codec in common
/// talk all the same.
package struct CodecBridge: Sendable {
    private let policy: CodecPolicy
    /// What can be decoded and encoded here, by name and in the order of the policy.
    private let own: [MediaFormat]

    /// - Parameter names: `media.codecs`; `*` lets unknown codecs pass and offers none by itself.
    package init(names: [String]) {
        policy = CodecPolicy(names: names)
        own = names.flatMap { name in Self.offerable.filter { $0.isNamed(name) } }
    }

    /// What of a peer's offer counts, in the order of the policy; see `CodecPolicy.filtered`.
    package func filtered(_ formats: [MediaFormat]) -> [MediaFormat] { policy.filtered(formats) }

    /// What we offer of ourselves, when nobody offered before us.
    package var offer: [MediaFormat] { own + Self.events(for: own) }

    /// What the offer of one side becomes for the other.
    package func offer(passing formats: [MediaFormat]) -> [MediaFormat] {
        guard formats.contains(where: \.isTranscodable) else { return formats }
        let sound = formats.filter(\.carriesSound)
        let added = own.filter { format in !sound.contains { $0.isCompatible(with: format) } }
        let noise = formats.filter(\.isComfortNoise)
        let events = formats.filter(\.isTelephoneEvent)
        let missing = Self.events(for: sound + added).filter { event in
            !events.contains { $0.isSameCoding(as: event) }
        }
        return sound + added + noise + events + missing
    }

    /// What answers the side that offered, once the other side has answered; nil when they cannot be brought together.
    ///
    /// Digits are taken from everybody who can say them: what the other side does not understand is converted.
    /// - Parameters:
    ///   - offered: what counts of its offer, in order of preference.
    ///   - accepted: what the other side answered, in its order: it sends the first.
    package func answer(to offered: [MediaFormat], accepted: [MediaFormat]) -> [MediaFormat]? {
        let common = accepted.filter { format in offered.contains { $0.isCompatible(with: format) } }
        guard let sent = accepted.first(where: \.carriesSound) else { return nil }
        let isShared = common.first(where: \.carriesSound).map { $0 == sent } ?? false
        if !isShared, let chosen = offered.first(where: \.isTranscodable), sent.isTranscodable {
            return [asTakenHere(chosen)] + offered.filter(\.isTelephoneEvent)
        }
        guard common.contains(where: \.carriesSound) else { return nil }
        let events = common.filter(\.isTelephoneEvent)
        let converted = offered.filter { format in
            format.isTelephoneEvent && !events.contains { $0.isCompatible(with: format) }
        }
        return common.filter { !$0.isTelephoneEvent } + events + converted
    }

    /// What answers an offer that we take ourselves, without another side; nil when nothing of it can be decoded here.
    package func answer(to offered: [MediaFormat]) -> [MediaFormat]? {
        let sound = offered.filter(\.isTranscodable).map(asTakenHere)
        return sound.isEmpty ? nil : sound + offered.filter(\.isTelephoneEvent)
    }

    /// The format with our wishes in place of the peer's.
    private func asTakenHere(_ format: MediaFormat) -> MediaFormat {
        var format = format
        if let known = Self.offerable.first(where: { $0.isCompatible(with: format) }) {
            format.parameters = known.parameters
        }
        return format
    }

    /// Telephone-event at the clock rates of these codecs (RFC 4733 §2.1), that of the old ones always.
    private static func events(for formats: [MediaFormat]) -> [MediaFormat] {
        let isFast = formats.contains { $0.clockRate == 48_000 }
        return [event(101, clockRate: 8_000)] + (isFast ? [event(102, clockRate: 48_000)] : [])
    }

    private static func event(_ payloadType: UInt8, clockRate: Int) -> MediaFormat {
        MediaFormat(payloadType: payloadType, name: "telephone-event", clockRate: clockRate, parameters: "0-16")
    }

    /// The codecs that can be offered by name, with the numbers that they are usually given.
    private static let offerable: [MediaFormat] =
        [
            MediaFormat(payloadType: 96, name: "opus", clockRate: 48_000, channels: 2, parameters: "useinbandfec=1"),
            MediaFormat(payloadType: 97, name: "L16", clockRate: 16_000),
        ]
        + [AudioCodec.g722, .pcma, .pcmu, .gsm].map { $0.format(payloadType: $0.staticPayloadType ?? 98) }
        + (2...5).map { AudioCodec.g726(bitsPerSample: $0, packing: .lowestFirst).format(payloadType: UInt8(98 + $0)) }
}

extension MediaFormat {
    /// Sound that can be decoded and encoded here.
    package var isTranscodable: Bool { carriesSound && AudioCodec(format: self) != nil }
}
