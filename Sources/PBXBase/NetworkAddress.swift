/// An IP address as a value, version 4 or 6, without any system type. An IPv4-mapped IPv6 address is kept as IPv4, so
/// that one peer has one form.
package struct IPAddress: Hashable, Sendable {
    /// Network byte order: the address in the upper (and for version 6 also the lower) half.
    package let high: UInt64
    package let low: UInt64
    package let isIPv6: Bool

    package init(ipv4 value: UInt32) {
        high = 0
        low = UInt64(value)
        isIPv6 = false
    }

    package init(ipv6High high: UInt64, low: UInt64) {
        let isMapped = high == 0 && low >> 32 == 0xFFFF
        self.high = high
        self.low = isMapped ? low & 0xFFFF_FFFF : low
        isIPv6 = !isMapped
    }

    /// The 32 bits of a version 4 address, first octet highest.
    package var ipv4: UInt32 { UInt32(truncatingIfNeeded: low) }

    package static let ipv4Any = IPAddress(ipv4: 0)
    package static let ipv4Loopback = IPAddress(ipv4: 0x7F00_0001)
    package static let ipv6Any = IPAddress(ipv6High: 0, low: 0)
    package static let ipv6Loopback = IPAddress(ipv6High: 0, low: 1)

    package var isUnspecified: Bool { high == 0 && low == 0 }
    package var isLoopback: Bool { isIPv6 ? (high == 0 && low == 1) : ipv4 >> 24 == 127 }
}

/// IP address and port.
package struct Endpoint: Hashable, Sendable {
    package var address: IPAddress
    package var port: UInt16

    package init(_ address: IPAddress, port: UInt16) {
        self.address = address
        self.port = port
    }
}
