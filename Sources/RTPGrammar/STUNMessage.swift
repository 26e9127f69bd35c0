package import PBXBase

/// Why bytes are no STUN message, in numbers only.
package enum STUNSyntaxError: Error, Hashable, Sendable {
    /// Shorter than the header, not of the length that the header says, or not a multiple of four.
    case wrongLength
    /// The first two bits or the magic cookie are not STUN's (RFC 5389 §6).
    case notSTUN
    /// An attribute reaches beyond the message, or is not of its type's length.
    case malformedAttribute(type: UInt16)
}

/// Names one request and its response (RFC 5389 §6).
package struct STUNTransactionID: Hashable, Sendable {
    package static let bytes = 12
    package var high: UInt32
    package var low: UInt64

    package init(high: UInt32, low: UInt64) {
        self.high = high
        self.low = low
    }
}

/// A STUN message as received: what connectivity checks need of it, and where things lie in its bytes (RFC 5389 §6,
/// RFC 8445 §7.1). Reading allocates nothing.
package struct STUNMessage: Hashable, Sendable {
    package static let headerBytes = 20
    package static let magicCookie: UInt32 = 0x2112_A442
    package static let bindingMethod: UInt16 = 1

    package enum Kind: UInt16, Hashable, Sendable {
        case request = 0
        case indication = 1
        case success = 2
        case failure = 3
    }

    /// RFC 5389 §18.2, RFC 8445 §16.1.
    package enum AttributeType {
        package static let mappedAddress: UInt16 = 0x0001
        package static let username: UInt16 = 0x0006
        package static let messageIntegrity: UInt16 = 0x0008
        package static let errorCode: UInt16 = 0x0009
        package static let unknownAttributes: UInt16 = 0x000A
        package static let realm: UInt16 = 0x0014
        package static let nonce: UInt16 = 0x0015
        package static let xorMappedAddress: UInt16 = 0x0020
        package static let priority: UInt16 = 0x0024
        package static let useCandidate: UInt16 = 0x0025
        package static let fingerprint: UInt16 = 0x8028
        package static let iceControlled: UInt16 = 0x8029
        package static let iceControlling: UInt16 = 0x802A
    }

    package let kind: Kind
    package let method: UInt16
    package let transaction: STUNTransactionID
    /// Value of USERNAME.
    package private(set) var username: Range<Int>?
    /// Where the attribute MESSAGE-INTEGRITY begins; its tag lies four bytes further.
    package private(set) var integrityStart: Int?
    /// Where the attribute FINGERPRINT begins.
    package private(set) var fingerprintStart: Int?
    package private(set) var priority: UInt32?
    package private(set) var usesCandidate = false
    package private(set) var controlledTieBreaker: UInt64?
    package private(set) var controllingTieBreaker: UInt64?
    package private(set) var mappedAddress: Endpoint?
    package private(set) var errorCode: Int?
    /// The first attribute that must be understood and is not (RFC 5389 §7.3.1).
    package private(set) var unknownAttribute: UInt16?

    /// Reads a whole datagram.
    package init(_ datagram: Span<UInt8>) throws(STUNSyntaxError) {
        guard datagram.count >= Self.headerBytes, datagram.count % 4 == 0 else { throw .wrongLength }
        let type = datagram.bigEndian16(at: 0)
        guard type & 0xC000 == 0, datagram.bigEndian32(at: 4) == Self.magicCookie else { throw .notSTUN }
        guard Int(datagram.bigEndian16(at: 2)) == datagram.count - Self.headerBytes else { throw .wrongLength }
        // The two bits of the class lie among those of the method.
        guard let kind = Kind(rawValue: type >> 7 & 2 | type >> 4 & 1) else { throw .notSTUN }
        self.kind = kind
        method = type & 0x000F | type >> 1 & 0x0070 | type >> 2 & 0x0F80
        transaction = STUNTransactionID(
            high: datagram.bigEndian32(at: 8),
            low: UInt64(datagram.bigEndian32(at: 12)) << 32 | UInt64(datagram.bigEndian32(at: 16)))
        try readAttributes(datagram)
    }

    private mutating func readAttributes(_ datagram: Span<UInt8>) throws(STUNSyntaxError) {
        var offset = Self.headerBytes
        while offset < datagram.count {
            let type = datagram.bigEndian16(at: offset)
            let value = offset + 4..<offset + 4 + Int(datagram.bigEndian16(at: offset + 2))
            guard value.upperBound <= datagram.count, fingerprintStart == nil else {
                throw .malformedAttribute(type: type)
            }
            // RFC 5389 §15.4: what follows the tag is not covered by it, and only FINGERPRINT may.
            if integrityStart == nil || type == AttributeType.fingerprint {
                try read(type, value, of: datagram)
            }
            offset = (value.upperBound + 3) & ~3
        }
    }

    /// Of several attributes of one type the first counts (RFC 5389 §15).
    private mutating func read(
        _ type: UInt16, _ value: Range<Int>, of datagram: Span<UInt8>
    ) throws(STUNSyntaxError) {
        func check(_ bytes: Int) throws(STUNSyntaxError) {
            guard value.count == bytes else { throw .malformedAttribute(type: type) }
        }
        switch type {
        case AttributeType.username: username = username ?? value
        case AttributeType.messageIntegrity:
            try check(20)
            integrityStart = value.lowerBound - 4
        case AttributeType.fingerprint:
            try check(4)
            fingerprintStart = value.lowerBound - 4
        case AttributeType.priority:
            try check(4)
            priority = priority ?? datagram.bigEndian32(at: value.lowerBound)
        case AttributeType.useCandidate:
            try check(0)
            usesCandidate = true
        case AttributeType.iceControlled:
            try check(8)
            controlledTieBreaker = controlledTieBreaker ?? datagram.bigEndian64(at: value.lowerBound)
        case AttributeType.iceControlling:
            try check(8)
            controllingTieBreaker = controllingTieBreaker ?? datagram.bigEndian64(at: value.lowerBound)
        case AttributeType.xorMappedAddress: mappedAddress = try xorMappedAddress(value, of: datagram)
        case AttributeType.errorCode:
            guard value.count >= 4 else { throw .malformedAttribute(type: type) }
            errorCode = Int(datagram[value.lowerBound + 2] & 7) * 100 + Int(datagram[value.lowerBound + 3])
        case AttributeType.mappedAddress, AttributeType.unknownAttributes, AttributeType.realm, AttributeType.nonce:
            return
        case ..<0x8000: unknownAttribute = unknownAttribute ?? type
        default: return
        }
    }

    /// RFC 5389 §15.2.
    private func xorMappedAddress(
        _ value: Range<Int>, of datagram: Span<UInt8>
    ) throws(STUNSyntaxError) -> Endpoint {
        let type = AttributeType.xorMappedAddress
        guard value.count >= 8 else { throw .malformedAttribute(type: type) }
        let port = datagram.bigEndian16(at: value.lowerBound + 2) ^ UInt16(Self.magicCookie >> 16)
        let start = value.lowerBound + 4
        switch (datagram[value.lowerBound + 1], value.count) {
        case (1, 8):
            return Endpoint(IPAddress(ipv4: datagram.bigEndian32(at: start) ^ Self.magicCookie), port: port)
        case (2, 20):
            let high = UInt64(Self.magicCookie) << 32 | UInt64(transaction.high)
            return Endpoint(
                IPAddress(
                    ipv6High: datagram.bigEndian64(at: start) ^ high,
                    low: datagram.bigEndian64(at: start + 8) ^ transaction.low), port: port)
        default: throw .malformedAttribute(type: type)
        }
    }
}

/// The checksum of the attribute FINGERPRINT: what tells STUN from other packets (RFC 5389 §15.5).
package enum STUNFingerprint {
    package static let attributeBytes = 8

    /// Over the bytes before the attribute; the header's length includes it.
    package static func value(of covered: Span<UInt8>) -> UInt32 {
        // Bit by bit: messages are short and few, and a table would be a shared object to reach for.
        var register: UInt32 = 0xFFFF_FFFF
        for index in covered.indices {
            register ^= UInt32(covered[index])
            for _ in 0..<8 { register = register >> 1 ^ (0xEDB8_8320 & (0 &- (register & 1))) }
        }
        return ~register ^ 0x5354_554E
    }

    /// Whether the last attribute of `datagram` is a right FINGERPRINT.
    package static func isRight(_ message: STUNMessage, in datagram: Span<UInt8>) -> Bool {
        guard let start = message.fingerprintStart, start + attributeBytes == datagram.count else { return false }
        return datagram.bigEndian32(at: start + 4) == value(of: datagram.extracting(0..<start))
    }
}
