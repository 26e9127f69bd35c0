import CLinuxNet
import Glibc
import MediaControl
import MediaSecurity

/// Many phones in one thread: each sends 50 packets a second of 20 ms PCMA to its port and reads what comes back.
/// Bounded: a run ends after the time it was given.
struct Phones: ~Copyable {
    private static let slots = 20
    private static let packetBytes = 172

    let ports: [UInt16]
    private let sockets: [Int32]
    private let packet: UnsafeMutablePointer<UInt8>
    /// How the phones protect what they send, all under one key, so that the load costs little beside what is measured.
    private var encryption: SRTPContext?
    /// The packet as it is sent, and how long it is.
    private let sendable: UnsafeMutableRawBufferPointer
    private var sendableBytes = Phones.packetBytes
    private var sequence: UInt16 = 0
    private var slot = 0
    private(set) var sent = 0
    private(set) var received = 0

    init(count: Int) {
        var sockets: [Int32] = []
        var ports: [UInt16] = []
        for _ in 0..<count {
            let socket = pbx_linuxnet_udp_socket(0)
            var address = Self.loopback(port: 0)
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let isBound = withUnsafeMutablePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(socket, $0, length) == 0 && getsockname(socket, $0, &length) == 0
                }
            }
            guard socket >= 0, isBound else { break }
            sockets.append(socket)
            ports.append(UInt16(bigEndian: address.sin_port))
        }
        self.sockets = sockets
        self.ports = ports
        packet = .allocate(capacity: Self.packetBytes)
        packet.initialize(repeating: 0xD5, count: Self.packetBytes)
        for (index, byte) in [0x80, 8, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4].enumerated() { packet[index] = UInt8(byte) }
        sendable = .allocate(byteCount: 256, alignment: 16)
        makeSendable()
    }

    deinit {
        sendable.deallocate()
        packet.deallocate()
        for socket in sockets { close(socket) }
    }

    /// Points phone i at `targets[i]` on loopback.
    func connect(to targets: [UInt16]) {
        for (socket, port) in zip(sockets, targets) {
            var address = Self.loopback(port: port)
            _ = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    Glibc.connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        }
    }

    /// Has the phones protect their packets under `key`; nil: not at all.
    mutating func protect(with key: SRTPKeys?) throws {
        if let key {
            let context = try SRTPContext(key, .sending)
            encryption = consume context
        } else {
            encryption = nil
        }
        makeSendable()
    }

    private mutating func makeSendable() {
        sendable.copyMemory(from: UnsafeRawBufferPointer(start: packet, count: Self.packetBytes))
        sendableBytes = Self.packetBytes
        if let count = try? encryption?.protectRTP(sendable, count: Self.packetBytes) { sendableBytes = count }
    }

    /// Sends and receives for so long.
    mutating func run(milliseconds: Int) {
        let start = pbx_linuxnet_monotonic_nanoseconds()
        for millisecond in 0..<milliseconds {
            pbx_linuxnet_sleep_until(start + Int64(millisecond) * 1_000_000)
            for index in stride(from: slot, to: sockets.count, by: Self.slots) { exchange(index) }
            slot = (slot + 1) % Self.slots
            if slot == 0 { advance() }
        }
    }

    /// Reads what is still on its way.
    mutating func drain() {
        pbx_linuxnet_sleep_until(pbx_linuxnet_monotonic_nanoseconds() + 100_000_000)
        for socket in sockets { while receive(socket) {} }
    }

    private mutating func exchange(_ index: Int) {
        if send(sockets[index], sendable.baseAddress, sendableBytes, 0) > 0 { sent += 1 }
        _ = receive(sockets[index])
    }

    private mutating func receive(_ socket: Int32) -> Bool {
        withUnsafeTemporaryAllocation(byteCount: 256, alignment: 1) { buffer in
            guard recv(socket, buffer.baseAddress, buffer.count, 0) > 0 else { return false }
            received += 1
            return true
        }
    }

    private mutating func advance() {
        sequence &+= 1
        packet[2] = UInt8(sequence >> 8)
        packet[3] = UInt8(truncatingIfNeeded: sequence)
        let timestamp = UInt32(sequence) * 160
        for index in 0..<4 { packet[4 + index] = UInt8(truncatingIfNeeded: timestamp >> UInt32(24 - 8 * index)) }
        makeSendable()
    }

    private static func loopback(port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }
}
