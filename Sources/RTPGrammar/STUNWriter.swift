package import PBXBase

/// Writes a STUN message into bytes that the caller provides, attribute by attribute (RFC 5389 §15). The header's
/// length is right after each of them.
///
/// The room is the caller's promise: `bytesMax` is enough for any of our messages.
package struct STUNWriter {
    /// Enough for a response with every attribute that we know.
    package static let bytesMax = 256
    package static let integrityTagBytes = 20

    /// Bytes written so far.
    package private(set) var count: Int
    private let transaction: STUNTransactionID

    /// Writes the header of a binding message.
    package init(_ kind: STUNMessage.Kind, transaction: STUNTransactionID, into bytes: inout MutableSpan<UInt8>) {
        self.transaction = transaction
        count = STUNMessage.headerBytes
        bytes.store(kind.rawValue << 7 & 0x0100 | kind.rawValue << 4 & 0x0010 | STUNMessage.bindingMethod, at: 0)
        bytes.store(0 as UInt16, at: 2)
        bytes.store(STUNMessage.magicCookie, at: 4)
        bytes.store(transaction.high, at: 8)
        bytes.store(transaction.low, at: 12)
    }

    /// Where the request came from (§15.2).
    package mutating func appendXORMappedAddress(_ endpoint: Endpoint, into bytes: inout MutableSpan<UInt8>) {
        let isIPv6 = endpoint.address.isIPv6
        let value = appendHeader(STUNMessage.AttributeType.xorMappedAddress, count: isIPv6 ? 20 : 8, into: &bytes)
        bytes.store((isIPv6 ? 2 : 1) as UInt16, at: value)
        bytes.store(endpoint.port ^ UInt16(STUNMessage.magicCookie >> 16), at: value + 2)
        if isIPv6 {
            let high = UInt64(STUNMessage.magicCookie) << 32 | UInt64(transaction.high)
            bytes.store(endpoint.address.high ^ high, at: value + 4)
            bytes.store(endpoint.address.low ^ transaction.low, at: value + 12)
        } else {
            bytes.store(endpoint.address.ipv4 ^ STUNMessage.magicCookie, at: value + 4)
        }
    }

    /// A code of 300 to 699, without a phrase (§15.6).
    package mutating func appendErrorCode(_ code: Int, into bytes: inout MutableSpan<UInt8>) {
        let value = appendHeader(STUNMessage.AttributeType.errorCode, count: 4, into: &bytes)
        bytes.store(UInt32((code / 100) << 8 | code % 100), at: value)
    }

    /// The attribute that we had to understand and did not (§15.9).
    package mutating func appendUnknownAttribute(_ type: UInt16, into bytes: inout MutableSpan<UInt8>) {
        let value = appendHeader(STUNMessage.AttributeType.unknownAttributes, count: 2, into: &bytes)
        bytes.store(type, at: value)
        bytes.store(0 as UInt16, at: value + 2)
    }

    package mutating func appendUsername(_ name: Span<UInt8>, into bytes: inout MutableSpan<UInt8>) {
        let value = appendHeader(STUNMessage.AttributeType.username, count: name.count, into: &bytes)
        for index in value..<count { bytes[index] = index - value < name.count ? name[index - value] : 0 }
    }

    package mutating func appendPriority(_ priority: UInt32, into bytes: inout MutableSpan<UInt8>) {
        let value = appendHeader(STUNMessage.AttributeType.priority, count: 4, into: &bytes)
        bytes.store(priority, at: value)
    }

    package mutating func appendUseCandidate(into bytes: inout MutableSpan<UInt8>) {
        _ = appendHeader(STUNMessage.AttributeType.useCandidate, count: 0, into: &bytes)
    }

    /// ICE-CONTROLLING or ICE-CONTROLLED (RFC 8445 §16.1).
    package mutating func appendRole(isControlling: Bool, tieBreaker: UInt64, into bytes: inout MutableSpan<UInt8>) {
        let type =
            isControlling ? STUNMessage.AttributeType.iceControlling : STUNMessage.AttributeType.iceControlled
        let value = appendHeader(type, count: 8, into: &bytes)
        bytes.store(tieBreaker, at: value)
    }

    /// Makes room for the tag, which the caller computes over all bytes before this attribute and writes to the place
    /// returned (§15.4).
    package mutating func appendMessageIntegrity(into bytes: inout MutableSpan<UInt8>) -> Int {
        appendHeader(STUNMessage.AttributeType.messageIntegrity, count: Self.integrityTagBytes, into: &bytes)
    }

    /// The last attribute (§15.5).
    package mutating func appendFingerprint(into bytes: inout MutableSpan<UInt8>) {
        let covered = count
        let value = appendHeader(STUNMessage.AttributeType.fingerprint, count: 4, into: &bytes)
        bytes.store(STUNFingerprint.value(of: bytes.span.extracting(0..<covered)), at: value)
    }

    /// Returns where the value goes.
    private mutating func appendHeader(_ type: UInt16, count valueCount: Int, into bytes: inout MutableSpan<UInt8>)
        -> Int
    {
        let value = count + 4
        bytes.store(type, at: count)
        bytes.store(UInt16(valueCount), at: count + 2)
        count = (value + valueCount + 3) & ~3
        bytes.store(UInt16(count - STUNMessage.headerBytes), at: 2)
        return value
    }
}

extension MutableSpan<UInt8> {
    /// In network order; so are the others.
    fileprivate mutating func store(_ value: UInt16, at offset: Int) {
        self[offset] = UInt8(value >> 8)
        self[offset + 1] = UInt8(truncatingIfNeeded: value)
    }

    fileprivate mutating func store(_ value: UInt32, at offset: Int) {
        store(UInt16(value >> 16), at: offset)
        store(UInt16(truncatingIfNeeded: value), at: offset + 2)
    }

    fileprivate mutating func store(_ value: UInt64, at offset: Int) {
        store(UInt32(value >> 32), at: offset)
        store(UInt32(truncatingIfNeeded: value), at: offset + 4)
    }
}
