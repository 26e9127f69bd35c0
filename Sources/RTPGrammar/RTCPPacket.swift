/// One packet inside a compound RTCP datagram: its type and where it lies (RFC 3550 §6.4 ff.).
package struct RTCPPacket: Hashable, Sendable {
    package static let headerBytes = 4

    /// The types that this daemon looks into; others are passed on unread.
    package enum PacketType {
        package static let senderReport: UInt8 = 200
        package static let receiverReport: UInt8 = 201
        package static let sourceDescription: UInt8 = 202
        package static let goodbye: UInt8 = 203
        /// RFC 4585 §6.1: feedback about transport (NACK) and payload (picture loss).
        package static let transportFeedback: UInt8 = 205
        package static let payloadFeedback: UInt8 = 206
        /// RFC 3611 §2.
        package static let extendedReport: UInt8 = 207
    }

    package var type: UInt8
    /// Report blocks, chunks or sources: the five bits that each type reads its own way.
    package var itemCount: Int
    package var hasPadding: Bool
    /// The whole packet within its datagram, header included.
    package var range: Range<Int>

    /// Reads the packet that begins at `offset`.
    package init(_ datagram: Span<UInt8>, at offset: Int) throws(RTPSyntaxError) {
        guard offset >= 0, datagram.count - offset >= Self.headerBytes else {
            throw .truncated(neededBytes: Self.headerBytes, foundBytes: max(0, datagram.count - offset))
        }
        let first = datagram[offset]
        guard first >> 6 == 2 else { throw .unsupportedVersion(first >> 6) }
        hasPadding = first & 0x20 != 0
        itemCount = Int(first & 0x1F)
        type = datagram[offset + 1]
        let count = 4 * (Int(datagram.bigEndian16(at: offset + 2)) + 1)
        guard datagram.count - offset >= count else {
            throw .truncated(neededBytes: count, foundBytes: datagram.count - offset)
        }
        range = offset..<offset + count
    }

    /// Whether a datagram on a port that carries both is RTCP by its second byte (RFC 5761 §4: types 192 to 223, which
    /// as RTP would be a marked packet of payload type 64 to 95).
    package static func isRTCP(secondByte: UInt8) -> Bool { secondByte & 0xE0 == 0xC0 }

    /// Checks a datagram as a chain of RTCP packets that fill it exactly, only the last of them padded; returns how
    /// many they are. With `isReducedSizeAllowed` any type may come first (RFC 5506), else only a report
    /// (RFC 3550 A.2).
    @discardableResult
    package static func check(
        _ datagram: Span<UInt8>, isReducedSizeAllowed: Bool = true
    ) throws(RTPSyntaxError) -> Int {
        var offset = 0
        var count = 0
        repeat {
            let packet = try RTCPPacket(datagram, at: offset)
            guard isRTCP(secondByte: packet.type) else { throw .unexpectedPacketType(packet.type) }
            if count == 0, !isReducedSizeAllowed {
                let isReport = packet.type == PacketType.senderReport || packet.type == PacketType.receiverReport
                guard isReport else { throw .unexpectedPacketType(packet.type) }
            }
            guard !packet.hasPadding || packet.range.upperBound == datagram.count else {
                throw .invalidPadding(0)
            }
            offset = packet.range.upperBound
            count += 1
        } while offset < datagram.count
        return count
    }

    /// The packets of a datagram in order.
    package static func all(in datagram: Span<UInt8>) throws(RTPSyntaxError) -> [RTCPPacket] {
        var packets: [RTCPPacket] = []
        var offset = 0
        repeat {
            let packet = try RTCPPacket(datagram, at: offset)
            packets.append(packet)
            offset = packet.range.upperBound
        } while offset < datagram.count
        return packets
    }

    /// The sources that say goodbye (RFC 3550 §6.6); empty for other types.
    package func goodbyeSources(in datagram: Span<UInt8>) -> [SSRC] {
        guard type == PacketType.goodbye, range.upperBound <= datagram.count else { return [] }
        let room = (range.count - Self.headerBytes) / 4
        return (0..<min(itemCount, room)).map {
            SSRC(datagram.bigEndian32(at: range.lowerBound + Self.headerBytes + 4 * $0))
        }
    }

    /// The CNAME of the first chunk (RFC 3550 §6.5.1); nil when there is none or it is cut off.
    package func canonicalName(in datagram: Span<UInt8>) -> String? {
        guard type == PacketType.sourceDescription, range.upperBound <= datagram.count, itemCount > 0 else {
            return nil
        }
        var offset = range.lowerBound + Self.headerBytes + 4
        while offset + 2 <= range.upperBound, datagram[offset] != 0 {
            let start = offset + 2
            let end = start + Int(datagram[offset + 1])
            guard end <= range.upperBound else { return nil }
            if datagram[offset] == 1 {
                return String(decoding: (start..<end).map { datagram[$0] }, as: UTF8.self)
            }
            offset = end
        }
        return nil
    }
}
