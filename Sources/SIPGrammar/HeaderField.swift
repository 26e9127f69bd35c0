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
        var lineEnd = bytes.firstLineFeed(from: start) ?? bytes.count
        let colon = bytes.firstIndex(of: ASCII.colon, from: start, to: lineEnd)
        var next = min(lineEnd + 1, bytes.count)
        while next < bytes.count, bytes[next] == ASCII.space || bytes[next] == ASCII.tab {
            folds.append(lineEnd)
            lineEnd = bytes.firstLineFeed(from: next) ?? bytes.count
            next = min(lineEnd + 1, bytes.count)
        }
        guard lineEnd - start <= SIPLimits.headerLineBytesMax else {
            throw SIPSyntaxError(
                field: "header", offset: start, problem: "line is over \(SIPLimits.headerLineBytesMax) bytes long")
        }
        guard let colon, let (name, code) = Self.name(in: bytes, start..<colon, names) else {
            if skipsMalformedLines { return next }
            throw SIPSyntaxError(field: "header", offset: start, problem: "line is no \"name: value\"")
        }
        var valueStart = colon + 1
        while valueStart < lineEnd, bytes[valueStart].isWhitespace { valueStart += 1 }
        while lineEnd > valueStart, bytes[lineEnd - 1].isWhitespace { lineEnd -= 1 }
        fields.append(
            HeaderField(
                nameStart: UInt32(truncatingIfNeeded: start), valueStart: UInt32(truncatingIfNeeded: valueStart),
                valueEnd: UInt32(truncatingIfNeeded: lineEnd), nameLength: UInt16(truncatingIfNeeded: name), code: code)
        )
        return next
    }

    /// Length and code of the name before a colon; nil when it is no token. RFC 3261 §25.1: white space may follow it.
    private static func name(
        in bytes: borrowing Span<UInt8>, _ range: Range<Int>, _ names: HeaderNameIndex
    ) -> (length: Int, code: UInt8)? {
        var end = range.upperBound
        while end > range.lowerBound, bytes[end - 1] == ASCII.space || bytes[end - 1] == ASCII.tab { end -= 1 }
        let code = names.code(of: bytes, in: range.lowerBound..<end)
        if code == SIPHeaderName.otherCode {
            guard end > range.lowerBound else { return nil }
            for index in range.lowerBound..<end where !bytes[index].isTokenByte { return nil }
        }
        return (end - range.lowerBound, code)
    }
}

extension Span<UInt8> {
    /// The index of the first line feed at or after `start`.
    func firstLineFeed(from start: Int) -> Int? { firstIndex(of: ASCII.lineFeed, from: start, to: count) }

    /// The index of the first `byte` from `start` up to `end`: eight bytes at a time, as this is where parsing spends
    /// its time.
    func firstIndex(of byte: UInt8, from start: Int, to end: Int) -> Int? {
        precondition(end <= count, "a search ends within its bytes")
        let raw = unsafe bytes
        let pattern = UInt64(byte) &* 0x0101_0101_0101_0101
        var position = start
        while position + 8 <= end {
            // In bounds by the condition above; any eight bytes are a valid word.
            let word = unsafe raw.unsafeLoadUnaligned(fromUncheckedByteOffset: position, as: UInt64.self).littleEndian
            let difference = word ^ pattern
            // A zero byte borrows into its top bit; the lowest hit is exact, those above it may not be.
            let hits = (difference &- 0x0101_0101_0101_0101) & ~difference & 0x8080_8080_8080_8080
            if hits != 0 { return position + hits.trailingZeroBitCount >> 3 }
            position += 8
        }
        while position < end {
            if self[position] == byte { return position }
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
