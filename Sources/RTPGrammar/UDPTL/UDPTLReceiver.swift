/// Turns datagrams into the fax packets in them, each once and in order, with lost ones recovered from the copies that
/// later datagrams carry.
package struct UDPTLReceiver: Sendable {
    /// A number so far from the last one is a sender that began anew, not a loss.
    static let jumpMax = 200

    private var expected: SequenceNumber?
    /// Fax packets handed out, copies of lost ones included.
    package private(set) var packetsReceived: UInt64 = 0
    /// Those that only a copy brought.
    package private(set) var packetsRecovered: UInt64 = 0
    /// Those that nothing brought.
    package private(set) var packetsLost: UInt64 = 0

    package init() {}

    /// Hands out what is new in a datagram, in order: bytes within the datagram, and the number.
    package mutating func received(
        _ datagram: Span<UInt8>, deliver: (Range<Int>, SequenceNumber) -> Void
    ) throws(RTPSyntaxError) {
        let view = try UDPTLDatagram(datagram)
        var missing = expected.map { $0.distance(to: view.sequence) } ?? 0
        if missing < -Self.jumpMax || missing > Self.jumpMax { missing = 0 }
        // A repeated or late one: what it has was handed out, or given up.
        guard missing >= 0 else { return }
        for distance in stride(from: missing, to: 0, by: -1) {
            guard let copy = view.copy(datagram, distance: distance) else {
                packetsLost &+= 1
                continue
            }
            packetsRecovered &+= 1
            packetsReceived &+= 1
            deliver(copy, view.sequence.advanced(by: -distance))
        }
        packetsReceived &+= 1
        deliver(view.packet, view.sequence)
        expected = view.sequence.next
    }
}
