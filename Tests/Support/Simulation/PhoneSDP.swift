package import PBXBase

/// What a phone says and reads of media: one audio stream, or fax packets in its place, as text, without the product's
/// SDP code.
package struct PhoneSDP: Hashable, Sendable {
    package enum Direction: String, Hashable, Sendable {
        case sendrecv, sendonly, recvonly, inactive

        /// What the other side of an offer may answer at most (RFC 3264 §6.1).
        package var mirrored: Direction {
            switch self {
            case .sendrecv: .sendrecv
            case .sendonly: .recvonly
            case .recvonly: .sendonly
            case .inactive: .inactive
            }
        }
    }

    /// Where RTP is wanted; port 0 refuses the stream.
    package var endpoint: Endpoint
    package var direction = Direction.sendrecv
    /// Payload types in order of preference, with `rtpmap` text where they need one.
    package var formats: [Format] = Self.usual
    /// `a=ptime`; nil leaves it out.
    package var ptimeMilliseconds: Int?
    /// `RTP/SAVP` asks for encryption.
    package var profile = "RTP/AVP"
    /// Gives a key on a plain line too (RFC 8643).
    package var hasKey = false
    /// Attributes of an `m=image` line that takes the place of audio, as `T38FaxVersion:0`; nil: audio.
    package var fax: [String]?

    package static let usualFax = [
        "T38FaxVersion:0", "T38MaxBitRate:14400", "T38FaxRateManagement:transferredTCF", "T38FaxMaxDatagram:400",
        "T38FaxUdpEC:t38UDPRedundancy",
    ]

    package struct Format: Hashable, Sendable {
        package var payloadType: Int
        package var map: String

        package init(_ payloadType: Int, _ map: String) {
            self.payloadType = payloadType
            self.map = map
        }
    }

    package static let usual = [Format(8, "PCMA/8000"), Format(0, "PCMU/8000"), Format(101, "telephone-event/8000")]

    package init(endpoint: Endpoint, direction: Direction = .sendrecv, formats: [Format] = usual) {
        self.endpoint = endpoint
        self.direction = direction
        self.formats = formats
    }

    /// `version` grows with every new offer of a session.
    package func text(version: Int) -> String {
        if let fax { return faxText(fax, version: version) }
        let family = endpoint.address.isIPv6 ? "IP6" : "IP4"
        var lines = [
            "v=0", "o=- 4711 \(version) IN \(family) \(endpoint.address)", "s=-",
            "c=IN \(family) \(endpoint.address)", "t=0 0",
            "m=audio \(endpoint.port) \(profile) " + formats.map { String($0.payloadType) }.joined(separator: " "),
        ]
        lines += formats.map { "a=rtpmap:\($0.payloadType) \($0.map)" }
        if profile == "RTP/SAVP" || hasKey {
            lines.append("a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz")
        }
        if let ptimeMilliseconds { lines.append("a=ptime:\(ptimeMilliseconds)") }
        lines.append("a=\(direction.rawValue)")
        return lines.joined(separator: "\r\n") + "\r\n"
    }

    private func faxText(_ attributes: [String], version: Int) -> String {
        let family = endpoint.address.isIPv6 ? "IP6" : "IP4"
        let lines = [
            "v=0", "o=- 4711 \(version) IN \(family) \(endpoint.address)", "s=-",
            "c=IN \(family) \(endpoint.address)", "t=0 0", "m=image \(endpoint.port) udptl t38",
        ]
        return (lines + attributes.map { "a=\($0)" }).joined(separator: "\r\n") + "\r\n"
    }

    /// Reads what a peer says; nil when there is no audio or image line with an address.
    package init?(_ body: some Collection<UInt8>) {
        var address: IPAddress?
        var port: UInt16?
        var maps: [Int: String] = [:]
        var payloadTypes: [Int] = []
        var direction = Direction.sendrecv
        var profile = "RTP/AVP"
        var hasKey = false
        var fax: [String]?
        for line in String(decoding: body, as: UTF8.self).split(whereSeparator: \.isNewline) {
            let words = line.dropFirst(2).split(separator: " ")
            if line.hasPrefix("c="), words.count == 3 {
                address = IPAddress(words[2])
            } else if line.hasPrefix("m=audio "), words.count > 3, port == nil {
                port = UInt16(words[1])
                profile = String(words[2])
                payloadTypes = words.dropFirst(3).compactMap { Int($0) }
            } else if line.hasPrefix("m=image "), words.count > 3, port == nil {
                port = UInt16(words[1])
                fax = []
            } else if line.hasPrefix("a=T38") {
                fax?.append(String(line.dropFirst(2)))
            } else if line.hasPrefix("a=rtpmap:"), words.count == 2 {
                if let payloadType = Int(words[0].dropFirst("rtpmap:".count)) { maps[payloadType] = String(words[1]) }
            } else if line.hasPrefix("a=crypto:") {
                hasKey = true
            } else if line.hasPrefix("a="), let found = Direction(rawValue: String(line.dropFirst(2))) {
                direction = found
            }
        }
        guard let address, let port else { return nil }
        self.init(
            endpoint: Endpoint(address, port: port), direction: direction,
            formats: payloadTypes.map { Format($0, maps[$0] ?? "") })
        self.profile = profile
        self.hasKey = hasKey
        self.fax = fax
    }
}
