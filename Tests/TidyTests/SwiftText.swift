/// Swift source with the contents of comments and string literals blanked, so that a rule sees code only.
/// Line breaks stay where they are. Regex literals are not recognised: none of ours holds a quote.
struct SwiftText {
    /// A name in the code and the character on either side of it; blanks before a name are skipped over.
    struct Word {
        let name: String
        let line: Int
        let before: Character?
        let after: Character?
    }

    let code: [UInt8]
    let words: [Word]

    init(_ source: String) {
        code = Self.blanked(Array(source.utf8))
        words = Self.words(in: code)
    }

    var lines: [Substring] {
        String(decoding: code, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    }

    private static func words(in code: [UInt8]) -> [Word] {
        var words: [Word] = []
        var line = 1
        var index = 0
        var before: UInt8?
        while index < code.count {
            let byte = code[index]
            guard isNameByte(byte) else {
                if byte == UInt8(ascii: "\n") { line += 1 }
                if byte != UInt8(ascii: " ") { before = byte }
                index += 1
                continue
            }
            let start = index
            while index < code.count, isNameByte(code[index]) { index += 1 }
            words.append(
                Word(
                    name: String(decoding: code[start..<index], as: UTF8.self), line: line,
                    before: before.map { Character(UnicodeScalar($0)) },
                    after: index < code.count ? Character(UnicodeScalar(code[index])) : nil))
            before = code[index - 1]
        }
        return words
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private static func blanked(_ source: [UInt8]) -> [UInt8] {
        var scanner = Blanker(source: source)
        scanner.blankCode(untilClosingParenthesis: false)
        return scanner.output
    }
}

/// Walks over source text and copies code, but blanks what is inside comments and literals.
private struct Blanker {
    let source: [UInt8]
    var output: [UInt8]
    var index = 0

    init(source: [UInt8]) {
        self.source = source
        output = source
    }

    /// Copies code up to the end, or up to the parenthesis that ends an interpolation.
    mutating func blankCode(untilClosingParenthesis: Bool) {
        var depth = 0
        while index < source.count {
            if starts(with: "//") {
                while index < source.count, source[index] != UInt8(ascii: "\n") { blankOne() }
            } else if starts(with: "/*") {
                blankBlockComment()
            } else if let hashes = literalHashes() {
                blankLiteral(hashes: hashes)
            } else {
                if source[index] == UInt8(ascii: "(") { depth += 1 }
                if source[index] == UInt8(ascii: ")") {
                    if untilClosingParenthesis, depth == 0 { return }
                    depth -= 1
                }
                index += 1
            }
        }
    }

    private mutating func blankBlockComment() {
        var depth = 0
        repeat {
            if starts(with: "/*") {
                depth += 1
                blankOne()
            } else if starts(with: "*/") {
                depth -= 1
                blankOne()
            }
            if index < source.count { blankOne() }
        } while depth > 0 && index < source.count
    }

    /// How many `#` open the string literal that starts here; nil when none starts here.
    private func literalHashes() -> Int? {
        var position = index
        while position < source.count, source[position] == UInt8(ascii: "#") { position += 1 }
        guard position < source.count, source[position] == UInt8(ascii: "\"") else { return nil }
        return position - index
    }

    private mutating func blankLiteral(hashes: Int) {
        index += hashes
        let quotes = starts(with: "\"\"\"") ? "\"\"\"" : "\""
        index += quotes.utf8.count
        let pounds = String(repeating: "#", count: hashes)
        while index < source.count {
            if starts(with: quotes + pounds) {
                index += quotes.utf8.count + hashes
                return
            }
            if starts(with: "\\\(pounds)(") {
                index += 2 + hashes
                blankCode(untilClosingParenthesis: true)
                if index < source.count { index += 1 }
            } else if starts(with: "\\\(pounds)") {
                for _ in 0..<min(2 + hashes, source.count - index) { blankOne() }
            } else if source[index] == UInt8(ascii: "\n"), quotes.utf8.count == 1 {
                return  // an unfinished literal: the compiler's business
            } else {
                blankOne()
            }
        }
    }

    private func starts(with text: String) -> Bool { source[index...].starts(with: text.utf8) }

    private mutating func blankOne() {
        if source[index] != UInt8(ascii: "\n") { output[index] = UInt8(ascii: " ") }
        index += 1
    }
}
