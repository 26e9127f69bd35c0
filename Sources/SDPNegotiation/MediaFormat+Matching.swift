package import MediaControl

extension MediaFormat {
    /// Sound itself, rather than digits beside it or the noise between.
    package var carriesSound: Bool { !isTelephoneEvent && !isComfortNoise }

    /// Whether a packet of one can be passed on as the other: the same coding, and the same in those parameters that
    /// change what a packet looks like. Others (`useinbandfec`, `annexb`, `0-16`) are wishes of the receiver.
    package func isCompatible(with other: MediaFormat) -> Bool {
        guard isSameCoding(as: other) else { return false }
        guard parameters != other.parameters else { return true }
        return packetFormParameters.allSatisfy { value(of: $0) == other.value(of: $0) }
    }

    /// How packets of `other` become packets of this, when both are G.711 of unlike laws.
    package func lawChange(from other: MediaFormat) -> LawChange? {
        guard clockRate == 8_000, other.clockRate == 8_000, channels == 1, other.channels == 1 else { return nil }
        if isNamed("PCMA"), other.isNamed("PCMU") { return .muToA }
        if isNamed("PCMU"), other.isNamed("PCMA") { return .aToMu }
        return nil
    }

    /// Its parameters name other payload types (RFC 2198, RFC 4588), so it does not survive renumbering.
    var refersToPayloadTypes: Bool { isNamed("red") || isNamed("rtx") }

    private var packetFormParameters: [String] {
        if isNamed("AMR") || isNamed("AMR-WB") {
            // RFC 4867 §8.3.1
            ["octet-align", "crc", "robust-sorting", "interleaving"]
        } else if isNamed("G7221") {
            // RFC 5577 §4.2
            ["bitrate"]
        } else if isNamed("mpeg4-generic") {
            // RFC 3640 §4.1
            ["mode", "config"]
        } else {
            []
        }
    }

    /// The value of one `name=value` among the parameters, `0` written out or left out being the same.
    private func value(of parameter: String) -> Substring? {
        for part in (parameters ?? "").split(separator: ";") {
            let pair = part.split(separator: "=", maxSplits: 1)
            guard pair.count == 2, trimmed(pair[0]).lowercased() == parameter else { continue }
            let value = trimmed(pair[1])
            return value == "0" ? nil : value
        }
        return nil
    }

    private func trimmed(_ text: Substring) -> Substring {
        let start = text.drop { $0 == " " }
        guard let last = start.lastIndex(where: { $0 != " " }) else { return "" }
        return start[...last]
    }
}

extension [MediaFormat] {
    /// Those that `numbering` has too, in this order and with these parameters, but numbered as there. A number is used
    /// once.
    func renumbered(like numbering: [MediaFormat]) -> [MediaFormat] {
        var result: [MediaFormat] = []
        for format in self {
            let known = numbering.first { candidate in
                candidate.isCompatible(with: format) && !result.contains { $0.payloadType == candidate.payloadType }
            }
            guard var match = known else { continue }
            match.parameters = format.parameters
            result.append(match)
        }
        return result
    }
}
