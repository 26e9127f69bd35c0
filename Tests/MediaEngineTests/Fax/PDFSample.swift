/// A PDF file read back the way a viewer does: from its last line to the table, and from the table to the objects.
struct PDFSample {
    struct Object {
        /// What stands between `obj` and `endobj` or `stream`.
        var dictionary: String
        var stream: [UInt8]?
    }

    struct Broken: Error {
        var reason: String
    }

    /// From 1; 0 is not an object.
    private(set) var objects: [Int: Object] = [:]
    private(set) var trailer = ""
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) throws {
        self.bytes = bytes
        guard text(0..<9) == "%PDF-1.4\n" else { throw Broken(reason: "header") }
        let tail = text(max(0, bytes.count - 40)..<bytes.count)
        let lines = tail.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.suffix(2) == ["%%EOF", ""], lines.count >= 4, lines[lines.count - 4] == "startxref",
            let table = Int(lines[lines.count - 3])
        else { throw Broken(reason: "end") }
        try readTable(at: table)
    }

    private mutating func readTable(at table: Int) throws {
        guard let header = line(at: table + 5), text(table..<table + 5) == "xref\n", header.hasPrefix("0 "),
            let count = Int(header.dropFirst(2))
        else { throw Broken(reason: "table") }
        let entries = table + 5 + header.utf8.count + 1
        for number in 0..<count {
            let entry = text(entries + number * 20..<entries + (number + 1) * 20)
            if number == 0 {
                guard entry == "0000000000 65535 f \n" else { throw Broken(reason: "first entry") }
                continue
            }
            guard entry.hasSuffix(" 00000 n \n"), let offset = Int(entry.prefix(10)) else {
                throw Broken(reason: "entry \(number)")
            }
            objects[number] = try object(number, at: offset)
        }
        trailer = text(entries + count * 20..<bytes.count)
        guard trailer.hasPrefix("trailer\n<< /Size \(count) ") else { throw Broken(reason: "trailer") }
    }

    private func object(_ number: Int, at offset: Int) throws -> Object {
        let head = "\(number) 0 obj\n"
        let start = offset + head.utf8.count
        guard text(offset..<start) == head, let dictionary = line(at: start), dictionary.hasPrefix("<< "),
            dictionary.hasSuffix(" >>")
        else { throw Broken(reason: "object \(number)") }
        let body = start + dictionary.utf8.count + 1
        if text(body..<body + 7) == "endobj\n" { return Object(dictionary: dictionary) }
        guard text(body..<body + 7) == "stream\n", let length = Self.integer("Length", in: dictionary),
            text(body + 7 + length..<body + 7 + length + 18) == "\nendstream\nendobj\n"
        else { throw Broken(reason: "stream \(number)") }
        return Object(dictionary: dictionary, stream: Array(bytes[body + 7..<body + 7 + length]))
    }

    /// Pages in the order of the tree.
    var pages: [Object] {
        let root = objects.values.first { $0.dictionary.contains("/Type /Pages") }
        guard let kids = root?.dictionary.split(separator: "[").last?.split(separator: "]").first else { return [] }
        return kids.split(separator: "R").compactMap { kid in
            kid.split(separator: " ").first.flatMap { Int($0) }.flatMap { objects[$0] }
        }
    }

    /// The images of all pages, in the order of their objects.
    var images: [Object] {
        objects.sorted { $0.key < $1.key }.map(\.value).filter { $0.dictionary.contains("/Subtype /Image") }
    }

    /// The commands that put the images of a page into their places.
    func placement(of page: Object) -> [String] {
        guard let content = Self.integer("Contents", in: page.dictionary), let stream = objects[content]?.stream else {
            return []
        }
        return String(decoding: stream, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// Width and height of a page in points.
    static func box(of page: Object) -> (width: Double, height: Double)? {
        let parts = page.dictionary.split(separator: " ")
        guard let start = parts.firstIndex(of: "/MediaBox"), parts[start + 1] == "[0", parts[start + 2] == "0",
            let width = Double(parts[start + 3]), let height = Double(parts[start + 4].dropLast())
        else { return nil }
        return (width, height)
    }

    static func integer(_ key: String, in dictionary: String) -> Int? {
        let parts = dictionary.split(separator: " ")
        return parts.firstIndex(of: "/\(key)").flatMap { Int(parts[$0 + 1]) }
    }

    private func line(at offset: Int) -> String? {
        guard offset < bytes.count, let end = bytes[offset...].firstIndex(of: 0x0A) else { return nil }
        return text(offset..<end)
    }

    private func text(_ range: Range<Int>) -> String {
        String(decoding: bytes[range.clamped(to: 0..<bytes.count)], as: UTF8.self)
    }
}
