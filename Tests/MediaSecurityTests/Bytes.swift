/// `"80 0a f1"` → its bytes; white space is skipped.
func bytes(_ hexadecimal: String) -> [UInt8] {
    let digits = hexadecimal.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

extension [UInt8] {
    /// Runs `body` on a buffer that holds these bytes and `room` more, and cuts the result to what `body` returns.
    func changed<Failure: Error>(
        room: Int = 64, _ body: (UnsafeMutableRawBufferPointer, Int) throws(Failure) -> Int
    ) throws(Failure) -> [UInt8] {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: count + room, alignment: 16)
        defer { buffer.deallocate() }
        buffer.copyBytes(from: self)
        let changedCount = try body(buffer, count)
        return Array(buffer.prefix(changedCount))
    }
}

struct NothingThere: Error {}

/// The value, or the end of the test; `#require` does not take calls that change what cannot be copied.
func required<Value>(_ value: Value?) throws -> Value {
    guard let value else { throw NothingThere() }
    return value
}
