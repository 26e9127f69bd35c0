import PBXBase
import RTPGrammar

@testable import MediaEngine

/// A network for counting: every port has a packet whenever it is told so, what is sent is counted and forgotten.
/// Allocates nothing once it is set up.
final class LoadIO: PacketIO {
    /// Payload of every packet, by socket pair.
    var payload: [UInt8] = []
    var payloadType: UInt8 = 8
    var ticks: UInt32 = 160
    var now = Instant(nanoseconds: 1_000_000_000_000)
    private(set) var sentCount = 0

    private var pairs = 0
    private var isPacketDue = false
    private var ready: [ReadySocket] = []
    private var sequence: UInt16 = 0
    private var timestamp: UInt32 = 0

    let readySocketsMax = 1_024

    /// Where the peer of a pair is.
    static func peer(of pair: Int) -> Endpoint { Endpoint(IPAddress(ipv4: 0xC000_0200 + UInt32(pair)), port: 4_000) }

    /// Every peer sends its next packet.
    func packetsDue() {
        isPacketDue = true
        sequence &+= 1
        timestamp &+= ticks
    }

    func wait(_ pause: Pause) -> Int {
        defer { isPacketDue = false }
        return isPacketDue ? ready.count : 0
    }

    func readySocket(_ index: Int) -> ReadySocket { ready[index] }
    var wallTime: WallTime { WallTime(microseconds: now.nanoseconds / 1_000) }

    func openPair(at rtp: Endpoint, slot: UInt32) -> PairOpening {
        ready.append(ReadySocket(slot: slot, isRTCP: false))
        pairs += 1
        return .opened(rtp: Int32(2 * pairs - 2), rtcp: Int32(2 * pairs - 1))
    }

    func close(_ socket: Int32) {}

    func receive(_ socket: Int32, into buffer: UnsafeMutableRawBufferPointer) -> Int {
        guard socket & 1 == 0, !isDrained else { return SocketResult.wouldBlock }
        buffer[0] = 0x80
        buffer[1] = payloadType
        buffer.storeBytes(of: sequence.bigEndian, toByteOffset: 2, as: UInt16.self)
        buffer.storeBytes(of: timestamp.bigEndian, toByteOffset: 4, as: UInt32.self)
        buffer.storeBytes(of: UInt32(socket).bigEndian, toByteOffset: 8, as: UInt32.self)
        for index in payload.indices { buffer[12 + index] = payload[index] }
        return 12 + payload.count
    }

    func receive(
        _ socket: Int32, into buffer: UnsafeMutableRawBufferPointer, source: inout Endpoint?
    ) -> Int {
        source = Self.peer(of: Int(socket / 2))
        let count = receive(socket, into: buffer)
        return count
    }

    /// While plans are applied, nothing is to be read.
    var isDrained = true

    func send(_ socket: Int32, _ packet: UnsafeRawBufferPointer) -> Int {
        sentCount += 1
        return 0
    }

    func send(
        _ socket: Int32, _ packet: UnsafeRawBufferPointer, to target: Endpoint, from local: IPAddress?
    ) -> Int {
        sentCount += 1
        return 0
    }

    // Not connecting spares the worker the reading of what others had queued.
    func connect(_ socket: Int32, to remote: Endpoint) -> Int { SocketResult.networkUnreachable }
    func disconnect(_ socket: Int32) {}
    func takeRefusal(_ socket: Int32) -> Endpoint? { nil }
    func localAddress(of socket: Int32) -> IPAddress? { nil }
}
