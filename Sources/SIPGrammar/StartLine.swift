/// The first line of a message, taken apart.
struct StartLine {
    /// Of a request; empty for a response.
    var method = 0..<0
    /// 0 for a request.
    var status = 0
    /// Request-URI or reason phrase.
    var text = 0..<0
    /// First byte of the next line.
    var end = 0

    init(_ bytes: borrowing Span<UInt8>) throws(SIPSyntaxError) {
        let line = try Self.line(bytes)
        end = min(line.upperBound.next, bytes.count)
        if bytes.hasProtocolName(at: line.lowerBound) {
            try parseStatus(bytes, line.lowerBound..<line.upperBound.content)
        } else {
            try parseRequest(bytes, line.lowerBound..<line.upperBound.content)
        }
    }

    /// Finds method and end of the line in a request whose start line is malformed; nil for a response.
    init?(salvaging bytes: borrowing Span<UInt8>) {
        guard let line = try? Self.line(bytes), !bytes.hasProtocolName(at: line.lowerBound) else { return nil }
        end = min(line.upperBound.next, bytes.count)
        var position = line.lowerBound
        while position < line.upperBound.content, bytes[position].isTokenByte { position += 1 }
        guard position > line.lowerBound else { return nil }
        method = line.lowerBound..<position
        text = position..<position
    }

    /// The first line that is not empty (RFC 3261 §7.5: empty ones before it are ignored).
    private static func line(
        _ bytes: borrowing Span<UInt8>
    ) throws(SIPSyntaxError) -> (lowerBound: Int, upperBound: (content: Int, next: Int)) {
        var start = 0
        while start < bytes.count, bytes[start] == ASCII.carriageReturn || bytes[start] == ASCII.lineFeed { start += 1 }
        guard start < bytes.count else {
            throw SIPSyntaxError(field: "start line", offset: 0, problem: "message is empty")
        }
        guard let lineFeed = bytes.firstLineFeed(from: start) else {
            throw SIPSyntaxError(field: "start line", offset: start, problem: "line has no end")
        }
        guard lineFeed - start <= SIPLimits.headerLineBytesMax else {
            throw SIPSyntaxError(
                field: "start line", offset: start, problem: "line is over \(SIPLimits.headerLineBytesMax) bytes long")
        }
        let content = lineFeed > start && bytes[lineFeed - 1] == ASCII.carriageReturn ? lineFeed - 1 : lineFeed
        return (start, (content, lineFeed + 1))
    }

    /// `Method SP Request-URI SP SIP-Version`
    private mutating func parseRequest(_ bytes: borrowing Span<UInt8>, _ line: Range<Int>) throws(SIPSyntaxError) {
        var position = line.lowerBound
        while position < line.upperBound, bytes[position].isTokenByte { position += 1 }
        method = line.lowerBound..<position
        guard !method.isEmpty, position < line.upperBound, bytes[position] == ASCII.space else {
            throw Self.failure(position, "method and one space are missing")
        }
        let uriStart = position + 1
        position = uriStart
        while position < line.upperBound, bytes[position] != ASCII.space { position += 1 }
        text = uriStart..<position
        guard !text.isEmpty, position < line.upperBound else {
            throw Self.failure(position, "Request-URI and one space are missing")
        }
        try Self.checkVersion(bytes, position + 1..<line.upperBound)
    }

    /// `SIP-Version SP Status-Code SP Reason-Phrase`; the space before an empty phrase may be missing.
    private mutating func parseStatus(_ bytes: borrowing Span<UInt8>, _ line: Range<Int>) throws(SIPSyntaxError) {
        var position = line.lowerBound
        while position < line.upperBound, bytes[position] != ASCII.space { position += 1 }
        try Self.checkVersion(bytes, line.lowerBound..<position)
        position += 1
        let digits = position
        while position < line.upperBound, bytes[position].isDigit, position - digits < 4 {
            status = status * 10 + Int(bytes[position] - ASCII.zero)
            position += 1
        }
        guard position - digits == 3, (100...699).contains(status),
            position == line.upperBound || bytes[position] == ASCII.space
        else { throw Self.failure(digits, "status code is no number from 100 to 699") }
        text = min(position + 1, line.upperBound)..<line.upperBound
    }

    private static func checkVersion(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>) throws(SIPSyntaxError) {
        guard bytes.hasProtocolName(at: range.lowerBound) else {
            throw failure(range.lowerBound, "protocol version is missing")
        }
        let number = range.lowerBound + 4
        let isVersion2 =
            range.count == 7 && bytes[number] == 0x32 && bytes[number + 1] == ASCII.dot
            && bytes[number + 2] == ASCII.zero
        if isVersion2 { return }
        // RFC 3261 §21.5.6: a version that reads like one, but is not ours, has a status of its own.
        let isForeign =
            range.count >= 7 && (number..<range.upperBound).allSatisfy { bytes[$0].isDigit || bytes[$0] == ASCII.dot }
        throw SIPSyntaxError(
            field: "start line", offset: range.lowerBound, problem: "protocol version is not \"SIP/2.0\"",
            status: isForeign ? 505 : 400)
    }

    private static func failure(_ offset: Int, _ problem: String) -> SIPSyntaxError {
        SIPSyntaxError(field: "start line", offset: offset, problem: problem)
    }
}

extension Span<UInt8> {
    /// Whether `SIP/` stands at `index`, in any case.
    func hasProtocolName(at index: Int) -> Bool {
        guard index + 4 <= count else { return false }
        return self[index].lowercased == 0x73 && self[index + 1].lowercased == 0x69
            && self[index + 2].lowercased == 0x70
            && self[index + 3] == ASCII.slash
    }
}
