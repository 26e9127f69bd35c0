/// The place of a request in its dialog (RFC 3261 §20.16).
package struct SIPCSeq: Hashable, Sendable, CustomStringConvertible {
    package var number: UInt32
    package var method: SIPMethod

    package init(number: UInt32, method: SIPMethod) {
        self.number = number
        self.method = method
    }

    package init(ascii: ArraySlice<UInt8>) throws(SIPSyntaxError) {
        var cursor = FieldCursor(ascii, field: "CSeq")
        cursor.skipWhitespace()
        // RFC 3261 §8.1.1.5: the number is less than 2^31.
        guard let number = cursor.take(while: { $0.isDigit }).decimal(max: 0x7FFF_FFFF) else {
            throw cursor.failure("sequence number is missing or not below 2^31")
        }
        guard cursor.current?.isWhitespace == true else { throw cursor.failure("method is missing") }
        cursor.skipWhitespace()
        self.number = UInt32(number)
        method = SIPMethod(ascii: try cursor.token("method"))
        cursor.skipWhitespace()
        guard cursor.isAtEnd else { throw cursor.failure("unexpected character after the method") }
    }

    package var description: String { "\(number) \(method.name)" }
}
