/// A 16-bit RTP sequence number: arithmetic wraps, and order means the shorter way round (RFC 3550 §5.1).
package struct SequenceNumber: Hashable, Sendable {
    package var value: UInt16

    package init(_ value: UInt16) { self.value = value }

    package var next: SequenceNumber { SequenceNumber(value &+ 1) }

    /// How far `other` is ahead (negative: behind), −32,768…32,767.
    package func distance(to other: SequenceNumber) -> Int {
        Int(Int16(bitPattern: other.value &- value))
    }

    package func advanced(by count: Int) -> SequenceNumber {
        SequenceNumber(value &+ UInt16(truncatingIfNeeded: count))
    }
}

/// A 32-bit RTP timestamp in units of the payload's clock; wraps like the sequence number.
package struct RTPTimestamp: Hashable, Sendable {
    package var value: UInt32

    package init(_ value: UInt32) { self.value = value }

    /// How many clock ticks `other` is ahead (negative: behind).
    package func distance(to other: RTPTimestamp) -> Int {
        Int(Int32(bitPattern: other.value &- value))
    }

    package func advanced(by ticks: Int) -> RTPTimestamp {
        RTPTimestamp(value &+ UInt32(truncatingIfNeeded: ticks))
    }
}

/// The identity of one RTP stream within its session (RFC 3550 §8).
package struct SSRC: Hashable, Sendable, CustomStringConvertible {
    package var value: UInt32

    package init(_ value: UInt32) { self.value = value }

    package var description: String { "0x" + String(value, radix: 16) }
}
