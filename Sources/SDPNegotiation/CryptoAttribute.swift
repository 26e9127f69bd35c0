package import MediaControl
import SDPGrammar

/// One `a=crypto` line (RFC 4568): a way to encrypt, with the key of who says it.
package struct CryptoAttribute: Hashable, Sendable {
    /// By which an answer names the line of the offer that it takes.
    package var tag: Int
    package var keys: SRTPKeys

    package init(tag: Int, keys: SRTPKeys) {
        self.tag = tag
        self.keys = keys
    }

    /// Reads `1 AES_CM_128_HMAC_SHA1_80 inline:KEY|2^20`; nil for what is malformed or more than we do: other suites,
    /// several keys, key identifiers (MKI), and session parameters that change the protection (RFC 4568 §6.3).
    init?(_ value: SDPText) {
        let fields = String(decoding: value, as: UTF8.self).split(separator: " ")
        guard fields.count >= 3, let tag = Int(fields[0]), (0...999_999_999).contains(tag),
            let profile = SRTPProfile(suiteName: fields[1]), fields[2].hasPrefix("inline:")
        else { return nil }
        let parts = fields[2].dropFirst("inline:".count).split(separator: "|", omittingEmptySubsequences: false)
        guard let encoded = parts.first, !fields[2].contains(";"),
            !parts.dropFirst().contains(where: { $0.contains(":") }),
            let keyAndSalt = Base64.decoded(encoded), let keys = SRTPKeys(profile: profile, keyAndSalt: keyAndSalt)
        else { return nil }
        // A window size hint is none of the peer's business with us; anything else would have to be obeyed.
        guard fields.dropFirst(3).allSatisfy({ $0.hasPrefix("WSH=") || $0.hasPrefix("-") }) else { return nil }
        self.init(tag: tag, keys: keys)
    }

    var attribute: SDPAttribute {
        SDPAttribute("crypto", "\(tag) \(keys.profile.suiteName) inline:\(Base64.encoded(keys.keyAndSalt))")
    }
}

/// RFC 4648 §4, as `a=crypto` carries keys.
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func encoded(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        var index = 0
        while index < bytes.count {
            let chunk = bytes[index..<min(index + 3, bytes.count)]
            var bits: UInt32 = 0
            for offset in 0..<3 { bits = bits << 8 | (offset < chunk.count ? UInt32(chunk[index + offset]) : 0) }
            for sextet in 0..<4 {
                let isPadding = sextet > chunk.count
                text.append(isPadding ? UInt8(ascii: "=") : alphabet[Int(bits >> (18 - 6 * UInt32(sextet)) & 0x3F)])
            }
            index += 3
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Nil for letters outside the alphabet; padding may be missing, as some phones leave it out.
    static func decoded(_ text: Substring) -> [UInt8]? {
        var bytes: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        for letter in text.utf8 {
            if letter == UInt8(ascii: "=") { break }
            guard let value = alphabet.firstIndex(of: letter) else { return nil }
            bits = bits << 6 | UInt32(value)
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        return bytes
    }
}
