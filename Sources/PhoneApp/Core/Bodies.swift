import SIPGrammar

/// A Replaces value (RFC 3891 §6.1): which dialog a call takes the place of.
struct ReplacedDialog: Hashable, Sendable {
    var callID: String
    var toTag: String
    var fromTag: String

    /// Reads `callid;to-tag=a;from-tag=b`; nil unless all three are there.
    init?(_ text: String) {
        let parts = text.split(separator: ";").map { String($0).trimmingSpaces }
        guard let callID = parts.first, !callID.isEmpty else { return nil }
        var tags: [String: String] = [:]
        for part in parts.dropFirst() {
            let pair = part.split(separator: "=", maxSplits: 1)
            if pair.count == 2 { tags[pair[0].lowercased()] = String(pair[1]) }
        }
        guard let to = tags["to-tag"], let from = tags["from-tag"] else { return nil }
        self.callID = callID
        toTag = to
        fromTag = from
    }

    /// The Replaces value among the headers of a Refer-To URI; nil when there is none.
    static func header(in headers: String) -> String? {
        for field in headers.split(separator: "&") {
            let pair = field.split(separator: "=", maxSplits: 1)
            if pair.count == 2, pair[0].lowercased() == "replaces" { return String(pair[1]).percentDecoded }
        }
        return nil
    }
}

/// The digit in an INFO: `application/dtmf-relay` or `application/dtmf`, as phones have them without a standard.
struct InfoDigit {
    let digit: Character

    init?(_ request: SIPMessage) {
        let type = request.contentType?.lowercased() ?? ""
        let text = String(decoding: request.body.prefix(128), as: UTF8.self)
        let candidate: Character?
        if type.hasPrefix("application/dtmf-relay") {
            let line = text.split(whereSeparator: \.isNewline).first { $0.lowercased().hasPrefix("signal") }
            candidate = line?.split(separator: "=").last.flatMap { String($0).trimmingSpaces.first }
        } else if type.hasPrefix("application/dtmf") {
            candidate = text.trimmingSpaces.first
        } else {
            candidate = nil
        }
        guard let candidate, "0123456789*#ABCDabcd".contains(candidate) else { return nil }
        digit = Character(candidate.uppercased())
    }
}

/// `application/simple-message-summary` in a NOTIFY (RFC 3842 §5): how many voice messages there are.
struct MessageSummary: Hashable, Sendable {
    var isWaiting = false
    var new = 0
    var old = 0

    init?(_ request: SIPMessage) {
        guard request.text(.event)?.lowercased().hasPrefix("message-summary") == true else { return nil }
        for line in String(decoding: request.body.prefix(2_048), as: UTF8.self).split(whereSeparator: \.isNewline) {
            let pair = line.split(separator: ":", maxSplits: 1)
            guard pair.count == 2 else { continue }
            let value = String(pair[1]).trimmingSpaces
            switch pair[0].lowercased() {
            case "messages-waiting": isWaiting = value.lowercased() == "yes"
            case "voice-message":
                // `2/8 (0/2)`: new and old, and of both the urgent ones.
                let counts = value.prefix { $0 != " " && $0 != "(" }.split(separator: "/").map { Int($0) ?? 0 }
                if counts.count == 2 { (new, old) = (counts[0], counts[1]) }
            default: break
            }
        }
    }
}

extension String {
    /// With `%XX` for everything that may not stand in a header of a URI (RFC 3261 §25.1, `hvalue`).
    var percentEncoded: String {
        var result = ""
        for byte in utf8 {
            let scalar = Unicode.Scalar(byte)
            let isPlain = scalar.properties.isAlphabetic || scalar.properties.numericType != nil
            if byte < 0x80, isPlain || "-_.!~*'()".utf8.contains(byte) {
                result.unicodeScalars.append(scalar)
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                result += "%" + (digits.utf8.count == 1 ? "0" : "") + digits
            }
        }
        return result
    }

    /// Undoes `percentEncoded`; what is no escape stays as it is.
    var percentDecoded: String {
        var bytes: [UInt8] = []
        let text = Array(utf8)
        var index = 0
        while index < text.count {
            if text[index] == UInt8(ascii: "%"), index + 2 < text.count,
                let value = UInt8(String(decoding: text[(index + 1)...(index + 2)], as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                index += 3
            } else {
                bytes.append(text[index])
                index += 1
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
