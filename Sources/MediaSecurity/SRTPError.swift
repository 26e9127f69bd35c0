/// Why a packet was neither protected nor unprotected; the packet is of no use then.
package enum SRTPError: Error, Hashable, Sendable, CaseIterable {
    /// Too short, another version, or a header that reaches beyond the packet.
    case malformed
    /// The buffer has no room for what protection adds.
    case noRoom
    /// The tag is wrong: another key, or a forgery.
    case unauthentic
    /// A packet with this index was there before.
    case replayed
    /// So far behind that it cannot be told whether it was there before.
    case tooOld
    /// More sources than `SRTPContext.streamsMax`.
    case tooManyStreams
    /// The key has protected as many packets as it may (RFC 3711 §9.2).
    case keyUsedUp
    /// An RTCP packet that is authenticated, but not encrypted, though encryption was agreed.
    case unencrypted
    /// The cryptographic library failed.
    case cipherFailed
}

/// How often a context refused a packet, by reason.
package struct SRTPRefusals: Hashable, Sendable {
    package private(set) var malformed: UInt64 = 0
    package private(set) var unauthentic: UInt64 = 0
    /// Replayed, or too old to tell.
    package private(set) var replayed: UInt64 = 0
    /// For want of room, streams, key lifetime or encryption.
    package private(set) var others: UInt64 = 0

    package init() {}

    mutating func add(_ other: SRTPRefusals) {
        malformed &+= other.malformed
        unauthentic &+= other.unauthentic
        replayed &+= other.replayed
        others &+= other.others
    }

    mutating func count(_ error: SRTPError) {
        switch error {
        case .malformed: malformed &+= 1
        case .unauthentic: unauthentic &+= 1
        case .replayed, .tooOld: replayed &+= 1
        case .noRoom, .tooManyStreams, .keyUsedUp, .unencrypted, .cipherFailed: others &+= 1
        }
    }
}
