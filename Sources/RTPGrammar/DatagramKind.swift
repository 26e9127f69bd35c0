/// What a datagram on a media port claims to be by its first bytes (RFC 7983 §7, RFC 5761 §4). Nothing is proved by it.
package enum DatagramKind: Hashable, Sendable {
    case stun
    case dtls
    case rtp
    case rtcp
    /// ZRTP, TURN channels and whatever else nobody here speaks.
    case unknown

    package init(firstByte: UInt8, secondByte: UInt8) {
        switch firstByte {
        case 0...3: self = .stun
        case 20...63: self = .dtls
        case 128...191: self = RTCPPacket.isRTCP(secondByte: secondByte) ? .rtcp : .rtp
        default: self = .unknown
        }
    }
}
