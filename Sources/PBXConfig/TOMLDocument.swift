import CTOML
import PBXModel

/// A value of a TOML file with the place where it stands.
struct TOMLNode: Sendable {
    enum Content: Sendable {
        /// In the order of the file.
        case table([TOMLEntry])
        case array([TOMLNode])
        case text(String)
        case integer(Int64)
        case real(Double)
        case boolean(Bool)
        case time
    }

    var content: Content
    var origin: ConfigOrigin
}

/// One key of a table; its origin is the key's, its node's origin the value's.
struct TOMLEntry: Sendable {
    var key: String
    var origin: ConfigOrigin
    var node: TOMLNode
}

/// A parsed TOML file. Syntax is the library's business (toml++ behind `CTOML`); this is its tree as values, bounded in
/// depth and line length, so that no file exhausts the stack.
struct TOMLDocument: Sendable {
    var entries: [TOMLEntry]

    /// Deeper than any setting lies; what is below is dropped unseen, its parent being wrong already.
    static let depthMax = 8
    /// A dotted key nests once for every dot, so a line must have an end.
    static let lineBytesMax = 16_384

    init(_ source: ConfigText) throws(TOMLFailure) {
        if let line = Self.overlongLine(source.bytes) {
            throw TOMLFailure(
                origin: ConfigOrigin(file: source.file, line: line),
                text: "line is longer than \(Self.lineBytesMax) bytes (break the list into several lines)")
        }
        switch TOMLCollector.run(source) {
        case .success(let entries): self.entries = entries
        case .failure(let failure): throw failure.explained(in: source)
        }
    }

    private static func overlongLine(_ bytes: [UInt8]) -> Int? {
        var line = 1
        var length = 0
        for byte in bytes {
            if byte == UInt8(ascii: "\n") {
                line += 1
                length = 0
            } else {
                length += 1
                if length > lineBytesMax { return line }
            }
        }
        return nil
    }
}

/// Why a file is no TOML, and where.
struct TOMLFailure: Error {
    var origin: ConfigOrigin
    var text: String

    /// The library's words in ours; for a second definition with the place of the first, which the library does not
    /// tell: it is found by parsing what stands before the offending line.
    fileprivate func explained(in source: ConfigText) -> TOMLFailure {
        var result = self
        var words = Substring(text)
        var place = ""
        if words.hasPrefix("Error while parsing "), let colon = words.firstIndex(of: ":") {
            place = " in " + words[..<colon].dropFirst("Error while parsing ".count)
            words = words[words.index(after: colon)...].drop { $0 == " " }
        } else if let first = words.first {
            words = Substring(first.lowercased() + words.dropFirst())
        }
        if words.hasPrefix("cannot redefine existing"), let name = quotedName(words) {
            let first = firstDefinition(of: name, in: source)
            result.origin.column = columnOfLineStart(in: source)
            result.text =
                "\"\(name)\" is already defined" + (first.map { " at \($0)" } ?? "") + " (remove one of the two)"
            return result
        }
        result.text = "syntax error\(place): \(words)"
        if words.hasPrefix("could not determine value type") {
            result.text += " (a text needs quotes: name = \"Anna\")"
        }
        return result
    }

    private func quotedName(_ words: Substring) -> String? {
        let parts = words.split(separator: "'", omittingEmptySubsequences: false)
        return parts.count == 3 ? String(parts[1]) : nil
    }

    /// The library points at the end of a key that is defined twice; people look for its beginning.
    private func columnOfLineStart(in source: ConfigText) -> Int {
        let lines = source.bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard lines.indices.contains(origin.line - 1) else { return origin.column }
        let line = lines[origin.line - 1]
        let blanks = line.prefix { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        return blanks.count + 1
    }

    private func firstDefinition(of name: String, in source: ConfigText) -> ConfigOrigin? {
        let lines = source.bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let before = Array(lines.prefix(max(0, origin.line - 1)).joined(separator: [UInt8(ascii: "\n")]))
        guard case .success(let entries) = TOMLCollector.run(ConfigText(file: source.file, bytes: before)) else {
            return nil
        }
        var found: ConfigOrigin?
        func search(_ entries: [TOMLEntry], under prefix: String) {
            for entry in entries {
                let path = prefix.isEmpty ? entry.key : "\(prefix).\(entry.key)"
                // A table is named by its whole path, a key by its last part, and then the latest one is meant.
                let isLater = found.map { ($0.line, $0.column) < (entry.origin.line, entry.origin.column) } ?? true
                if path == name || entry.key == name, isLater { found = entry.origin }
                if case .table(let children) = entry.node.content { search(children, under: path) }
            }
        }
        search(entries, under: "")
        return found
    }
}

/// Gathers the library's pre-order walk into a tree.
private final class TOMLCollector {
    private struct Open {
        var key: String?
        var keyOrigin: ConfigOrigin
        var node: TOMLNode
    }

    private let file: String
    private var stack: [Open] = []
    private var roots: [TOMLEntry] = []
    private var failure: TOMLFailure?

    private init(file: String) { self.file = file }

    static func run(_ source: ConfigText) -> Result<[TOMLEntry], TOMLFailure> {
        let collector = TOMLCollector(file: source.file)
        let context = Unmanaged.passUnretained(collector).toOpaque()
        source.bytes.withUnsafeBytes { bytes in
            _ = pbx_toml_parse(
                bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count, context,
                { context, node in
                    guard let context, let node = node?.pointee else { return }
                    Unmanaged<TOMLCollector>.fromOpaque(context).takeUnretainedValue().visit(node)
                },
                { context, failure in
                    guard let context, let failure = failure?.pointee else { return }
                    Unmanaged<TOMLCollector>.fromOpaque(context).takeUnretainedValue().fail(failure)
                })
        }
        if let failure = collector.failure { return .failure(failure) }
        collector.close(to: 0)
        return .success(inFileOrder(collector.roots))
    }

    private func visit(_ row: pbx_toml_node) {
        let depth = Int(row.depth)
        guard depth < TOMLDocument.depthMax, depth <= stack.count else { return }
        close(to: depth)
        let key = row.key.map { text($0, row.key_length) }
        let origin = origin(line: row.line, column: row.column)
        let content: TOMLNode.Content =
            switch Int(row.kind) {
            case Int(PBX_TOML_TABLE.rawValue): .table([])
            case Int(PBX_TOML_ARRAY.rawValue): .array([])
            case Int(PBX_TOML_TEXT.rawValue): .text(text(row.text, row.text_length))
            case Int(PBX_TOML_INTEGER.rawValue): .integer(row.integer)
            case Int(PBX_TOML_REAL.rawValue): .real(row.real)
            case Int(PBX_TOML_BOOLEAN.rawValue): .boolean(row.integer != 0)
            default: .time
            }
        let keyOrigin = key == nil ? origin : self.origin(line: row.key_line, column: row.key_column)
        stack.append(Open(key: key, keyOrigin: keyOrigin, node: TOMLNode(content: content, origin: origin)))
    }

    private func fail(_ row: pbx_toml_failure) {
        failure = TOMLFailure(
            origin: origin(line: row.line, column: row.column), text: text(row.text, row.text_length))
    }

    /// Hands finished nodes to their parents until only `depth` are open.
    private func close(to depth: Int) {
        while stack.count > depth, var last = stack.popLast() {
            if case .table(let entries) = last.node.content { last.node.content = .table(Self.inFileOrder(entries)) }
            let entry = TOMLEntry(key: last.key ?? "", origin: last.keyOrigin, node: last.node)
            guard let parent = stack.indices.last else {
                roots.append(entry)
                continue
            }
            switch stack[parent].node.content {
            case .table(var entries):
                stack[parent].node.content = .time
                entries.append(entry)
                stack[parent].node.content = .table(entries)
            case .array(var nodes):
                stack[parent].node.content = .time
                nodes.append(last.node)
                stack[parent].node.content = .array(nodes)
            default: break
            }
        }
    }

    /// The library keeps a table's keys sorted by name.
    private static func inFileOrder(_ entries: [TOMLEntry]) -> [TOMLEntry] {
        entries.sorted { ($0.origin.line, $0.origin.column) < ($1.origin.line, $1.origin.column) }
    }

    private func origin(line: UInt32, column: UInt32) -> ConfigOrigin {
        ConfigOrigin(file: file, line: Int(line), column: Int(column))
    }

    private func text(_ start: UnsafePointer<CChar>?, _ length: Int) -> String {
        String(decoding: UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : length), as: UTF8.self)
    }
}
