/// Cuts a byte stream into SIP messages (RFC 3261 §18.3) and keep-alives (RFC 5626 §3.5.1).
///
/// After an error the stream has lost its beat: close the connection.
package struct SIPStreamFramer: Sendable {
    package enum Frame: Equatable, Sendable {
        case message([UInt8])
        /// A double CRLF: answer with one CRLF.
        case ping
        /// A single CRLF, the answer to our ping.
        case pong
    }

    /// True on a connection that we opened: there a single CRLF answers our ping. Elsewhere it means nothing.
    private let expectsPong: Bool
    private var buffer: [UInt8] = []
    /// First byte not yet handed out.
    private var start = 0
    /// Where the search for the end of the header goes on, so that no byte is looked at twice.
    private var scanned = 0
    /// Header and body of the message at `start`, once its header is complete.
    private var frameBytes: Int?

    package init(expectsPong: Bool = false) { self.expectsPong = expectsPong }

    /// Bytes received, but not yet handed out: never more than one message's limits plus one read.
    package var pendingBytes: Int { buffer.count - start }

    package mutating func append(_ bytes: some Sequence<UInt8>) {
        if start == buffer.count {
            buffer.removeAll(keepingCapacity: true)
            scanned = 0
            start = 0
        } else if start > 4_096, start > buffer.count / 2 {
            buffer.removeFirst(start)
            scanned -= start
            start = 0
        }
        buffer.append(contentsOf: bytes)
    }

    /// The next message or keep-alive; nil until more bytes have come.
    package mutating func next() throws(SIPSyntaxError) -> Frame? {
        if frameBytes == nil {
            if let keepAlive = takeKeepAlive() { return keepAlive }
            guard let headerEnd = try findHeaderEnd() else { return nil }
            let header = headerEnd - start
            frameBytes = header + (try bodyLength(in: start..<headerEnd))
        }
        guard let length = frameBytes, buffer.count - start >= length else { return nil }
        let message = Array(buffer[start..<start + length])
        start += length
        scanned = start
        frameBytes = nil
        return .message(message)
    }

    /// Steps over line ends before a start line. A lone CRLF at the end of the buffer may be half a ping: it waits for
    /// what follows, unless it can only be a pong.
    private mutating func takeKeepAlive() -> Frame? {
        while start < buffer.count {
            if buffer[start] == ASCII.lineFeed {
                start += 1
            } else if hasLineBreak(at: start) {
                if !expectsPong, hasLineBreak(at: start + 2) { return take(4, as: .ping) }
                if expectsPong { return take(2, as: .pong) }
                guard
                    start + 3 < buffer.count || (start + 2 < buffer.count && buffer[start + 2] != ASCII.carriageReturn)
                else { break }
                start += 2
            } else {
                break
            }
        }
        scanned = Swift.max(scanned, start)
        return nil
    }

    private mutating func take(_ count: Int, as frame: Frame) -> Frame {
        start += count
        scanned = start
        return frame
    }

    private func hasLineBreak(at index: Int) -> Bool {
        index + 1 < buffer.count && buffer[index] == ASCII.carriageReturn && buffer[index + 1] == ASCII.lineFeed
    }

    /// The index behind the empty line that ends the header.
    private mutating func findHeaderEnd() throws(SIPSyntaxError) -> Int? {
        let (end, searched) = Self.headerEnd(in: buffer.span, from: scanned)
        scanned = searched
        guard (end ?? buffer.count) - start <= SIPLimits.headerBytesMax else { throw tooLong() }
        return end
    }

    /// Looks for two line breaks in a row; without them, says where to go on once more bytes are there.
    private static func headerEnd(in span: borrowing Span<UInt8>, from start: Int) -> (end: Int?, searched: Int) {
        var position = start
        while let lineFeed = span.firstLineFeed(from: position) {
            let next = lineFeed + 1
            let isUndecided = next == span.count || (next + 1 == span.count && span[next] == ASCII.carriageReturn)
            if isUndecided { return (nil, lineFeed) }
            if let end = span.endOfLineBreak(at: next) { return (end, lineFeed) }
            position = next
        }
        return (nil, span.count)
    }

    private func tooLong() -> SIPSyntaxError {
        SIPSyntaxError(
            field: "header", offset: 0, problem: "no end within \(SIPLimits.headerBytesMax) bytes", status: 513)
    }

    /// RFC 3261 §18.3: on a stream Content-Length is what frames a message, so that it must be there.
    private func bodyLength(in header: Range<Int>) throws(SIPSyntaxError) -> Int {
        let span = buffer.span
        var line = (span.firstLineFeed(from: header.lowerBound) ?? header.upperBound) + 1
        var length: Int?
        while line < header.upperBound {
            let lineEnd = span.firstLineFeed(from: line) ?? header.upperBound
            defer { line = lineEnd + 1 }
            guard let colon = buffer[line..<lineEnd].firstIndex(of: ASCII.colon),
                SIPHeaderName(ascii: buffer[line..<colon].trimmed) == .contentLength
            else { continue }
            guard let value = buffer[(colon + 1)..<lineEnd].trimmed.decimal(max: UInt64(Int32.max)),
                length == nil || length == Int(value)
            else {
                throw SIPSyntaxError(
                    field: "Content-Length", offset: line - header.lowerBound,
                    problem: "value is no number of bytes, or two differ")
            }
            length = Int(value)
        }
        guard let length else {
            throw SIPSyntaxError(field: "Content-Length", offset: 0, problem: "header field is missing on a stream")
        }
        guard length <= SIPLimits.bodyBytesMax else {
            throw SIPSyntaxError(
                field: "body", offset: header.count, problem: "over \(SIPLimits.bodyBytesMax) bytes", status: 513)
        }
        return length
    }
}
