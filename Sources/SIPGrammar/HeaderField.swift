/// Where one header line stands in its message.
struct HeaderField: Sendable {
    var nameStart: UInt32
    var valueStart: UInt32
    var valueEnd: UInt32
    var nameLength: UInt16
    /// `SIPHeaderName.code`.
    var code: UInt8

    var nameRange: Range<Int> { Int(nameStart)..<Int(nameStart) + Int(nameLength) }
    /// Without the whitespace around it.
    var valueRange: Range<Int> { Int(valueStart)..<Int(valueEnd) }
}

/// One pass over the header: where each line begins, which name it bears, where its value ends.
struct HeaderIndexer {
    private(set) var fields: [HeaderField] = []
    /// Line ends that a continuation line follows; the message replaces them by spaces (RFC 3261 §7.3.1).
    private(set) var folds: [Int] = []
    /// First byte after the empty line, or the end where that line is missing.
    private(set) var end = 0
    /// Leaves out lines that are no header lines instead of failing: for answering what we cannot parse.
    var skipsMalformedLines = false

    init() { fields.reserveCapacity(20) }

    mutating func index(_ bytes: borrowing Span<UInt8>, from start: Int) throws(SIPSyntaxError) {
        let names = HeaderNameIndex.shared
        var position = start
        while position < bytes.count {
            if bytes[position] == ASCII.lineFeed || bytes[position] == ASCII.carriageReturn {
                if let next = bytes.endOfLineBreak(at: position) {
                    end = next
                    return
                }
            }
            guard fields.count < SIPLimits.headerFieldsMax else {
                throw SIPSyntaxError(
                    field: "header", offset: position, problem: "more than \(SIPLimits.headerFieldsMax) header fields")
            }
            position = try indexLine(bytes, at: position, names)
        }
        end = bytes.count
    }

    /// Indexes the line at `start` with its continuation lines; gives back where the next one begins.
    private mutating func indexLine(
        _ bytes: borrowing Span<UInt8>, at start: Int, _ names: HeaderNameIndex
    ) throws(SIPSyntaxError) -> Int {
        var position = start
        while position < bytes.count, bytes[position].isTokenByte { position += 1 }
        let name = start..<position
        while position < bytes.count, bytes[position] == ASCII.space || bytes[position] == ASCII.tab { position += 1 }
        let isNamed = !name.isEmpty && position < bytes.count && bytes[position] == ASCII.colon
        guard isNamed || skipsMalformedLines else {
            throw SIPSyntaxError(field: "header", offset: start, problem: "line is no \"name: value\"")
        }
        var valueStart = position + 1
        var lineEnd = 0
        while true {
            lineEnd = bytes.firstLineFeed(from: position) ?? bytes.count
            position = min(lineEnd + 1, bytes.count)
            guard position < bytes.count, bytes[position] == ASCII.space || bytes[position] == ASCII.tab else { break }
            folds.append(lineEnd)
        }
        guard lineEnd - start <= SIPLimits.headerLineBytesMax else {
            throw SIPSyntaxError(
                field: "header", offset: start, problem: "line is over \(SIPLimits.headerLineBytesMax) bytes long")
        }
        guard isNamed else { return position }
        while valueStart < lineEnd, bytes[valueStart].isWhitespace { valueStart += 1 }
        while lineEnd > valueStart, bytes[lineEnd - 1].isWhitespace { lineEnd -= 1 }
        fields.append(
            HeaderField(
                nameStart: UInt32(truncatingIfNeeded: start), valueStart: UInt32(truncatingIfNeeded: valueStart),
                valueEnd: UInt32(truncatingIfNeeded: max(valueStart, lineEnd)),
                nameLength: UInt16(truncatingIfNeeded: name.count), code: names.code(of: bytes, in: name)))
        return position
    }
}

extension Span<UInt8> {
    /// The index of the first line feed at or after `start`: eight bytes at a time, as this is where parsing spends its
    /// time.
    func firstLineFeed(from start: Int) -> Int? {
        let raw = unsafe bytes
        var position = start
        while position + 8 <= count {
            // In bounds by the condition above; any eight bytes are a valid word.
            let word = unsafe raw.unsafeLoadUnaligned(fromUncheckedByteOffset: position, as: UInt64.self).littleEndian
            let difference = word ^ 0x0A0A_0A0A_0A0A_0A0A
            // A zero byte borrows into its top bit; the lowest hit is exact, those above it may not be.
            let hits = (difference &- 0x0101_0101_0101_0101) & ~difference & 0x8080_8080_8080_8080
            if hits != 0 { return position + hits.trailingZeroBitCount >> 3 }
            position += 8
        }
        while position < count {
            if self[position] == ASCII.lineFeed { return position }
            position += 1
        }
        return nil
    }

    /// The index behind the CRLF (or lone line feed) at `index`; nil when there is none.
    func endOfLineBreak(at index: Int) -> Int? {
        if self[index] == ASCII.lineFeed { return index + 1 }
        guard self[index] == ASCII.carriageReturn, index + 1 < count, self[index + 1] == ASCII.lineFeed else {
            return nil
        }
        return index + 2
    }
}
