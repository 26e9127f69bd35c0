/// Cuts a byte stream into lines (newline-delimited JSON). Holds at most one unfinished line of `lineBytesMax` bytes
/// plus what the last `append` brought.
package struct LineFramer: Sendable {
    /// A line grew past the limit: nothing after it can be trusted, the connection must end.
    package struct LineTooLong: Error, Hashable, Sendable {
        package var lineBytesMax: Int
        package init(lineBytesMax: Int) { self.lineBytesMax = lineBytesMax }
    }

    private var bytes: [UInt8] = []
    /// Where the unfinished line starts, and up to where it is known to hold no line feed.
    private var start = 0
    private var searched = 0
    private let lineBytesMax: Int

    package init(lineBytesMax: Int) { self.lineBytesMax = lineBytesMax }

    package mutating func append(_ chunk: some Sequence<UInt8>) {
        if start > 0 {
            // Once everything was consumed this is free, else it moves less than one line.
            bytes.removeSubrange(..<start)
            searched -= start
            start = 0
        }
        bytes.append(contentsOf: chunk)
    }

    /// The next whole line without its end (`\n` or `\r\n`); nil until more bytes arrive. Empty lines are skipped.
    package mutating func nextLine() throws(LineTooLong) -> ArraySlice<UInt8>? {
        while let end = endOfLine() {
            var line = bytes[start..<end]
            start = end + 1
            searched = start
            if line.last == UInt8(ascii: "\r") { line.removeLast() }
            if line.count > lineBytesMax { throw LineTooLong(lineBytesMax: lineBytesMax) }
            if !line.isEmpty { return line }
        }
        // One byte more than the limit may be the carriage return of a line that just fits.
        if bytes.count - start > lineBytesMax + 1 { throw LineTooLong(lineBytesMax: lineBytesMax) }
        return nil
    }

    private mutating func endOfLine() -> Int? {
        searched = lineFeed(from: searched)
        return searched < bytes.count ? searched : nil
    }

    /// Where the first line feed at or after `position` is; the end when there is none.
    private func lineFeed(from position: Int) -> Int {
        let span = bytes.span
        var position = position
        while position < span.count, span[position] != UInt8(ascii: "\n") { position += 1 }
        return position
    }
}
