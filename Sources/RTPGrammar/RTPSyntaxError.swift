/// Why bytes are no RTP, RTCP or fax packet. Carries numbers only, so that refusing a packet allocates nothing.
package enum RTPSyntaxError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Fewer bytes than the part at hand needs.
    case truncated(neededBytes: Int, foundBytes: Int)
    /// The first two bits are not 2.
    case unsupportedVersion(UInt8)
    /// The padding count is zero or reaches into the header.
    case invalidPadding(UInt8)
    /// An RTCP packet type that may not stand where it was found.
    case unexpectedPacketType(UInt8)
    /// A length in a fax datagram that cannot be (T.38 §9.1).
    case unexpectedFaxField(UInt8)
    /// Bytes behind the end of a fax datagram.
    case trailingBytes(Int)

    package var description: String {
        switch self {
        case .truncated(let needed, let found): "packet has \(found) bytes where \(needed) are needed"
        case .unsupportedVersion(let version): "packet has RTP version \(version), not 2"
        case .invalidPadding(let count): "packet has impossible padding of \(count) bytes"
        case .unexpectedPacketType(let type): "packet has unexpected RTCP type \(type)"
        case .unexpectedFaxField(let value): "fax datagram has an impossible length, first byte \(value)"
        case .trailingBytes(let count): "fax datagram has \(count) bytes behind its end"
        }
    }
}
