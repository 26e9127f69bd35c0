/// Finds a header field without taking the message apart: for the many messages that are only kept and never looked at.
/// Continuation lines are not followed.
package enum SIPHeaderScan {
    /// Where the value of the first field of this name stands, without the whitespace around it; nil when the head has
    /// none.
    /// - Parameter name: one that the grammar knows.
    package static func value(of name: SIPHeaderName, in message: [UInt8]) -> Range<Int>? {
        let bytes = message.span
        let names = HeaderNameIndex.shared
        let code = name.code
        var start = bytes.firstLineFeed(from: 0).map { $0 + 1 } ?? bytes.count
        while start < bytes.count, bytes[start] != ASCII.carriageReturn, bytes[start] != ASCII.lineFeed {
            let end = bytes.firstLineFeed(from: start) ?? bytes.count
            if let colon = bytes.firstIndex(of: ASCII.colon, from: start, to: end) {
                var nameEnd = colon
                while nameEnd > start, bytes[nameEnd - 1].isWhitespace { nameEnd -= 1 }
                if names.code(of: bytes, in: start..<nameEnd) == code { return trimmed(colon + 1..<end, in: bytes) }
            }
            start = end + 1
        }
        return nil
    }

    private static func trimmed(_ range: Range<Int>, in bytes: borrowing Span<UInt8>) -> Range<Int> {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, bytes[start].isWhitespace { start += 1 }
        while end > start, bytes[end - 1].isWhitespace { end -= 1 }
        return start..<end
    }
}
