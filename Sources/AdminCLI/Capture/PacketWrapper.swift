import PBXBase

/// Puts headers of IP with UDP or TCP around messages, as they may have been on the wire: addresses, ports and order
/// are true, the rest is made up and valid, checksums included (RFC 791, 768, 9293, 8200).
struct PacketWrapper {
    private static let udp: UInt8 = 17
    private static let tcp: UInt8 = 6
    private static let hopLimit: UInt8 = 64
    /// Most bytes of a message in a datagram: those of an IP packet less its headers (40 + 8).
    private static let datagramBytesMax = 65_535 - 48
    /// Most bytes of a message in a segment: what an Ethernet carries with version 6.
    private static let segmentBytesMax = 1_440

    private struct Direction: Hashable {
        var source: Endpoint
        var destination: Endpoint
    }

    /// The next sequence number of each direction of a connection.
    private var sequences: [Direction: UInt32] = [:]
    private var identification: UInt16 = 0

    mutating func datagrams(_ payload: [UInt8], from source: Endpoint, to destination: Endpoint) -> [[UInt8]] {
        let payload = payload.prefix(Self.datagramBytesMax)
        var bytes: [UInt8] = []
        bytes.append(number: source.port)
        bytes.append(number: destination.port)
        bytes.append(number: UInt16(8 + payload.count))
        bytes.append(number: UInt16(0))
        bytes += payload
        let sum = checksum(of: bytes, protocolNumber: Self.udp, source.address, destination.address)
        // RFC 768: none at all would be zero, so a sum of zero is said by its other form.
        bytes.set(sum == 0 ? 0xFFFF : sum, at: 6)
        return [packet(bytes, protocolNumber: Self.udp, source.address, destination.address)]
    }

    mutating func segments(_ payload: [UInt8], from source: Endpoint, to destination: Endpoint) -> [[UInt8]] {
        let here = Direction(source: source, destination: destination)
        let there = Direction(source: destination, destination: source)
        var packets: [[UInt8]] = []
        var rest = payload[...]
        while !rest.isEmpty {
            let part = rest.prefix(Self.segmentBytesMax)
            rest = rest.dropFirst(part.count)
            let sequence = sequences[here, default: 1]
            var bytes: [UInt8] = []
            bytes.append(number: source.port)
            bytes.append(number: destination.port)
            bytes.append(number: sequence)
            bytes.append(number: sequences[there, default: 1])
            // Five words of header; PSH (with the last part) and ACK; a full window.
            bytes += [5 << 4, rest.isEmpty ? 0x18 : 0x10, 0xFF, 0xFF, 0, 0, 0, 0]
            bytes += part
            bytes.set(checksum(of: bytes, protocolNumber: Self.tcp, source.address, destination.address), at: 16)
            sequences[here] = sequence &+ UInt32(part.count)
            packets.append(packet(bytes, protocolNumber: Self.tcp, source.address, destination.address))
        }
        return packets
    }

    private mutating func packet(
        _ payload: [UInt8], protocolNumber: UInt8, _ source: IPAddress, _ destination: IPAddress
    ) -> [UInt8] {
        var header: [UInt8] = []
        if source.isIPv6 || destination.isIPv6 {
            header.append(number: UInt32(6) << 28)
            header.append(number: UInt16(payload.count))
            header += [protocolNumber, Self.hopLimit]
            header += source.octets(isIPv6: true) + destination.octets(isIPv6: true)
        } else {
            identification &+= 1
            header += [0x45, 0]
            header.append(number: UInt16(20 + payload.count))
            header.append(number: identification)
            header += [0, 0, Self.hopLimit, protocolNumber, 0, 0]
            header += source.octets(isIPv6: false) + destination.octets(isIPv6: false)
            header.set(Checksum.of(header), at: 10)
        }
        return header + payload
    }

    /// Of a datagram or segment with the addresses before it (RFC 768, RFC 8200 §8.1).
    private func checksum(
        of bytes: [UInt8], protocolNumber: UInt8, _ source: IPAddress, _ destination: IPAddress
    ) -> UInt16 {
        let isIPv6 = source.isIPv6 || destination.isIPv6
        var pseudo = source.octets(isIPv6: isIPv6) + destination.octets(isIPv6: isIPv6)
        pseudo.append(number: UInt32(bytes.count))
        pseudo.append(number: UInt32(protocolNumber))
        return Checksum.of(pseudo + bytes)
    }
}

/// The Internet checksum (RFC 1071).
private enum Checksum {
    static func of(_ bytes: [UInt8]) -> UInt16 {
        var sum: UInt64 = 0
        for (index, byte) in bytes.enumerated() { sum += UInt64(byte) << (index.isMultiple(of: 2) ? 8 : 0) }
        while sum >> 16 != 0 { sum = (sum & 0xFFFF) + sum >> 16 }
        return ~UInt16(sum)
    }
}

extension IPAddress {
    /// In network byte order; a version 4 address among those of version 6 in its mapped form (RFC 4291 §2.5.5.2).
    fileprivate func octets(isIPv6 wide: Bool) -> [UInt8] {
        var bytes: [UInt8] = []
        guard wide else {
            bytes.append(number: ipv4)
            return bytes
        }
        bytes.append(number: high)
        bytes.append(number: isIPv6 ? low : 0xFFFF_0000_0000 | low)
        return bytes
    }
}

extension [UInt8] {
    /// In network byte order.
    fileprivate mutating func append(number: some FixedWidthInteger) {
        for shift in stride(from: number.bitWidth - 8, through: 0, by: -8) {
            append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }

    fileprivate mutating func set(_ number: UInt16, at index: Int) {
        self[index] = UInt8(number >> 8)
        self[index + 1] = UInt8(number & 0xFF)
    }
}
