/// Takes out of a message what must not leave the daemon with a trace: proofs of passwords, which can be guessed from,
/// and keys of audio. What stands there instead is as long, so that every length in the message stays true.
enum SecretMask {
    /// Words before a secret, in lower case, and whether an equals sign follows, with blanks around it or not.
    private static let marks: [(word: [UInt8], isParameter: Bool)] = [
        (Array("response".utf8), true),  // digest (RFC 3261 §22)
        (Array("rspauth".utf8), true),
        (Array("inline:".utf8), false),  // SDES (RFC 4568 §9.2)
        (Array("a=ice-pwd:".utf8), false),  // ICE (RFC 8839 §5.4)
    ]
    private static let ends = Set("\",;| \t\r\n".utf8)

    static func masked(_ message: [UInt8]) -> [UInt8] {
        var bytes = message
        for mark in marks {
            var position = 0
            while let secret = secret(after: mark, in: message, from: position) {
                for index in secret { bytes[index] = UInt8(ascii: "x") }
                position = secret.upperBound
            }
        }
        return bytes
    }

    /// The next secret behind such a word.
    private static func secret(
        after mark: (word: [UInt8], isParameter: Bool), in bytes: [UInt8], from start: Int
    ) -> Range<Int>? {
        var position = start
        while position + mark.word.count < bytes.count {
            guard stands(mark.word, at: position, in: bytes) else {
                position += 1
                continue
            }
            position += mark.word.count
            if mark.isParameter {
                position = skippingBlanks(bytes, from: position)
                guard position < bytes.count, bytes[position] == UInt8(ascii: "=") else { continue }
                position = skippingBlanks(bytes, from: position + 1)
                if position < bytes.count, bytes[position] == UInt8(ascii: "\"") { position += 1 }
            }
            var end = position
            while end < bytes.count, !ends.contains(bytes[end]) { end += 1 }
            return position..<end
        }
        return nil
    }

    private static func stands(_ word: [UInt8], at position: Int, in bytes: [UInt8]) -> Bool {
        for (offset, letter) in word.enumerated() {
            let found = bytes[position + offset]
            // Only letters have another case; a control character with that bit set is none.
            guard found == letter || found | 0x20 == letter && (0x41...0x5A).contains(found) else { return false }
        }
        return true
    }

    private static func skippingBlanks(_ bytes: [UInt8], from start: Int) -> Int {
        var position = start
        while position < bytes.count, bytes[position] == UInt8(ascii: " ") || bytes[position] == UInt8(ascii: "\t") {
            position += 1
        }
        return position
    }
}
