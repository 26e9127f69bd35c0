/// `m=` and the lines that belong to it (RFC 8866 §5.14).
package struct MediaSection: Hashable, Sendable {
    /// `audio`, `video`, `image`, `application`, …
    package var kind: String
    /// 0 means: not wanted, or refused (RFC 3264 §5.1, §6).
    package var port: UInt16
    /// Behind the port, as in `49170/2`: how many ports in a row; nil when not given.
    package var portCount: Int?
    /// `RTP/AVP`, `UDP/TLS/RTP/SAVPF`, …
    package var protocolName: String
    /// Payload type numbers for RTP, other words for other protocols.
    package var formats: [String]
    package var lines: [SDPLine]

    package init(
        kind: String, port: UInt16, portCount: Int? = nil, protocolName: String, formats: [String],
        lines: [SDPLine] = []
    ) {
        self.kind = kind
        self.port = port
        self.portCount = portCount
        self.protocolName = protocolName
        self.formats = formats
        self.lines = lines
    }

    /// The section's own `c=`.
    package var connection: SDPConnection? { lines.connection }
    package var attributes: [SDPAttribute] { lines.attributes }

    package func attribute(_ name: String) -> SDPAttribute? { lines.attribute(name) }

    /// Every well-formed `a=rtpmap`, in order.
    package var rtpMaps: [SDPRTPMap] {
        lines.compactMap { line in
            guard case .attribute(let attribute) = line, attribute.name == "rtpmap" else { return nil }
            return attribute.value.flatMap { SDPRTPMap(parsing: $0) }
        }
    }

    /// The value of `a=fmtp` for a format, after the format itself.
    package func formatParameters(_ format: String) -> SDPText? {
        for case .attribute(let attribute) in lines where attribute.name == "fmtp" {
            guard var rest = attribute.value, let name = rest.nextField(), name.elementsEqual(format.utf8) else {
                continue
            }
            rest.skipSpaces()
            return rest
        }
        return nil
    }

    /// `a=ptime` in whole milliseconds; a fraction (`a=ptime:0.125`) is cut off, nonsense is nil.
    package var packetMilliseconds: Int? {
        guard let value = attribute("ptime")?.value else { return nil }
        var trimmed = value
        let number = trimmed.nextField()?.split(at: UInt8(ascii: ".")).before
        return number?.decimal(max: 1_000).flatMap { $0 > 0 ? $0 : nil }
    }

    package var rtcpAddress: SDPRTCPAddress? {
        attribute("rtcp")?.value.flatMap { SDPRTCPAddress(parsing: $0) }
    }

    package var hasRTCPMux: Bool { attribute("rtcp-mux") != nil }
}
