import CSpanDSP

/// T.38 packets that spandsp wants sent, between its callback and the owner who sends them. Its address is what the
/// callback is given, hence a class; it allocates nothing once it is made.
final class FaxPacketQueue {
    /// How many packets wait at most: some seconds of V.21, or two of a page.
    static let packetsMax = 64
    /// A packet carries 30 ms of a page, that is 54 bytes at 14,400 bit/s, and a few of its own.
    static let packetBytesMax = 256

    private var bytes = [UInt8](repeating: 0, count: packetsMax * packetBytesMax)
    private var lengths = [Int](repeating: 0, count: packetsMax)
    private var copies = [Int](repeating: 0, count: packetsMax)
    private var first = 0
    private var count = 0
    /// Packets that found no room.
    private(set) var droppedCount = 0

    /// What spandsp calls with the queue as its user data: 0, or -1 when there is no room.
    static let handler: pbx_spandsp_packet_handler = { _, user, bytes, length, copies in
        guard let user = unsafe user, let bytes = unsafe bytes, length > 0 else { return -1 }
        let queue = unsafe Unmanaged<FaxPacketQueue>.fromOpaque(user).takeUnretainedValue()
        let packet = unsafe Span(_unsafeStart: bytes, count: Int(length))
        // The upper bits of the count are for a depth of redundancy, which is not used here.
        return queue.append(packet, copies: Int(copies & 0xFF)) ? 0 : -1
    }

    private func append(_ packet: Span<UInt8>, copies: Int) -> Bool {
        guard count < Self.packetsMax, packet.count <= Self.packetBytesMax else {
            droppedCount += 1
            return false
        }
        let slot = (first + count) % Self.packetsMax
        for index in packet.indices { bytes[slot * Self.packetBytesMax + index] = packet[index] }
        lengths[slot] = packet.count
        self.copies[slot] = max(1, copies)
        count += 1
        return true
    }

    /// Hands over the oldest packet and how often it is to be sent; false when there is none.
    func next(_ body: (Span<UInt8>, Int) -> Void) -> Bool {
        guard count > 0 else { return false }
        let slot = first
        first = (first + 1) % Self.packetsMax
        count -= 1
        let storage = bytes
        let start = slot * Self.packetBytesMax
        body(storage.span.extracting(start..<start + lengths[slot]), copies[slot])
        return true
    }
}
