/// Reads XML as far as event packages need it: elements, attributes and text, in order; no documents types, no entities
/// but the five of the standard, no trees. Total: whatever the text is, it comes to an end.
struct XMLScanner {
    enum Token: Hashable {
        /// Name without its namespace prefix, and attributes.
        case begin(String, [String: String])
        case end(String)
        case text(String)
    }

    private static let attributesMax = 16
    private let bytes: ArraySlice<UInt8>
    private var place: Int
    /// An element that ends where it begins still has to be told as ended.
    private var pendingEnd: String?

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        place = bytes.startIndex
    }

    /// The next piece; nil at the end, or at what is no XML.
    mutating func next() -> Token? {
        if let name = pendingEnd {
            pendingEnd = nil
            return .end(name)
        }
        while place < bytes.endIndex {
            guard bytes[place] == UInt8(ascii: "<") else { return text() }
            if skip("<!--", to: "-->") || skip("<?", to: "?>") || skip("<!", to: ">") { continue }
            return tag()
        }
        return nil
    }

    private mutating func text() -> Token {
        let end = bytes[place...].firstIndex(of: UInt8(ascii: "<")) ?? bytes.endIndex
        defer { place = end }
        return .text(Self.decoded(bytes[place..<end]))
    }

    private mutating func skip(_ opening: String, to closing: String) -> Bool {
        guard bytes[place...].starts(with: opening.utf8) else { return false }
        let mark = Array(closing.utf8)
        var index = place + opening.utf8.count
        while index < bytes.endIndex, !bytes[index...].starts(with: mark) { index += 1 }
        place = min(bytes.endIndex, index + mark.count)
        return true
    }

    private mutating func tag() -> Token? {
        guard let close = bytes[place...].firstIndex(of: UInt8(ascii: ">")) else {
            place = bytes.endIndex
            return nil
        }
        var content = bytes[(place + 1)..<close]
        place = close + 1
        if content.first == UInt8(ascii: "/") { return .end(Self.localName(content.dropFirst())) }
        let isEmpty = content.last == UInt8(ascii: "/")
        if isEmpty { content.removeLast() }
        let nameEnd = content.firstIndex(where: Self.isSpace) ?? content.endIndex
        let name = Self.localName(content[..<nameEnd])
        if isEmpty { pendingEnd = name }
        return .begin(name, Self.attributes(content[nameEnd...]))
    }

    private static func attributes(_ content: ArraySlice<UInt8>) -> [String: String] {
        var found: [String: String] = [:]
        var rest = content
        while found.count < attributesMax, let equals = rest.firstIndex(of: UInt8(ascii: "=")) {
            let name = localName(rest[..<equals])
            let value = rest[(equals + 1)...].drop(while: isSpace)
            guard let quote = value.first, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'"),
                let end = value.dropFirst().firstIndex(of: quote)
            else { break }
            found[name] = decoded(value[(value.startIndex + 1)..<end])
            rest = rest[(end + 1)...]
        }
        return found
    }

    private static func localName(_ name: ArraySlice<UInt8>) -> String {
        let trimmed = name.filter { !isSpace($0) }
        return String(decoding: trimmed.split(separator: UInt8(ascii: ":")).last ?? [], as: UTF8.self)
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 10 || byte == 13 }

    private static func decoded(_ bytes: ArraySlice<UInt8>) -> String {
        let text = String(decoding: bytes, as: UTF8.self)
        guard text.contains("&") else { return text }
        var result = ""
        var rest = Substring(text)
        while let start = rest.firstIndex(of: "&") {
            result += rest[..<start]
            rest = rest[start...]
            let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")]
            let known = entities.first { rest.hasPrefix($0.0) }
            result += known?.1 ?? "&"
            rest = rest.dropFirst(known?.0.count ?? 1)
        }
        return result + rest
    }
}
