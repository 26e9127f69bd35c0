/// Writes fax packets as datagrams, each with copies of those before it (T.38 §9.1.4.1), as many as the peer's largest
/// datagram has room for. All memory is taken when it is made.
package struct UDPTLSender: Sendable {
    /// Copies of earlier packets in each datagram: two packets in a row may be lost without harm.
    package static let copiesMax = 3
    /// Fax packets are far below that: 72 bytes of image data at 14,400 bit/s every 40 ms.
    package static let packetBytesMax = 512
    /// The longest datagram written, whatever the peer would take.
    package static let datagramBytesMax = 1_400

    private let bytesMax: Int
    private let copiesWanted: Int
    private var sequence = SequenceNumber(0)
    /// The last packets, each in a place of `packetBytesMax` bytes; the place of number n is n modulo their count.
    private var history: [UInt8]
    private var lengths = [Int](repeating: 0, count: copiesMax)
    private var sentCount = 0

    /// - Parameters:
    ///   - datagramBytesMax: what the peer says it can take (`T38FaxMaxDatagram`): copies keep to it, while the packet
    ///     itself has to go whatever it says.
    ///   - copiesWanted: 0 for a peer that wants none.
    package init(datagramBytesMax: Int, copiesWanted: Int = copiesMax) {
        self.copiesWanted = min(max(0, copiesWanted), Self.copiesMax)
        bytesMax = min(datagramBytesMax, Self.datagramBytesMax)
        history = [UInt8](repeating: 0, count: Self.copiesMax * Self.packetBytesMax)
    }

    /// Writes the next datagram and returns its length; 0 when the packet is too long, which nothing here makes.
    package mutating func write(_ packet: Span<UInt8>, into datagram: inout MutableSpan<UInt8>) -> Int {
        guard packet.count <= Self.packetBytesMax, datagram.count >= Self.datagramBytesMax else { return 0 }
        var position = 0
        Self.put(UInt8(truncatingIfNeeded: sequence.value >> 8), into: &datagram, at: &position)
        Self.put(UInt8(truncatingIfNeeded: sequence.value), into: &datagram, at: &position)
        Self.put(packet, into: &datagram, at: &position)
        // Copies follow, not parity.
        Self.put(0, into: &datagram, at: &position)
        let copies = copiesThatFit(bytesMax - position - 1)
        Self.put(UInt8(copies), into: &datagram, at: &position)
        for distance in 1..<(copies + 1) {
            let place = self.place(distance: distance)
            let start = place * Self.packetBytesMax
            let copy = history.span.extracting(start..<(start + lengths[place]))
            Self.put(copy, into: &datagram, at: &position)
        }
        remember(packet)
        return position
    }

    private func copiesThatFit(_ room: Int) -> Int {
        var left = room
        let wanted = min(sentCount, copiesWanted)
        for distance in 1..<(wanted + 1) {
            // A length takes one or two bytes.
            left -= lengths[place(distance: distance)] + 2
            if left < 0 { return distance - 1 }
        }
        return wanted
    }

    private func place(distance: Int) -> Int { (sentCount - distance) % Self.copiesMax }

    private mutating func remember(_ packet: Span<UInt8>) {
        let place = sentCount % Self.copiesMax
        for index in packet.indices { history[place * Self.packetBytesMax + index] = packet[index] }
        lengths[place] = packet.count
        sentCount += 1
        sequence = sequence.next
    }

    private static func put(_ byte: UInt8, into bytes: inout MutableSpan<UInt8>, at position: inout Int) {
        bytes[position] = byte
        position += 1
    }

    private static func put(_ field: Span<UInt8>, into bytes: inout MutableSpan<UInt8>, at position: inout Int) {
        if field.count < 0x80 {
            put(UInt8(field.count), into: &bytes, at: &position)
        } else {
            put(0x80 | UInt8(truncatingIfNeeded: field.count >> 8), into: &bytes, at: &position)
            put(UInt8(truncatingIfNeeded: field.count), into: &bytes, at: &position)
        }
        for index in field.indices { put(field[index], into: &bytes, at: &position) }
    }
}
