import CLinuxNet
import Glibc
import PBXBase
import RTPGrammar

/// The audio of all phones, in one thread: each sends a packet every 20 ms through its lossy link and reads what the
/// server sends it. One tick is a millisecond.
struct RTPPump: ~Copyable {
    private struct Leg {
        var socket: Int32
        var link: LossyLink
        var tally = LegTally()
        var payloadType: UInt8 = 8
        /// The server keeps the payload, and with it the time of departure.
        var carriesTime = true
        var nextPacket: Instant?
        var sequence: UInt16 = 0
        var packets = 0
        var waiting: [(due: Instant, sequence: UInt16, packet: Int)] = []
    }

    private static let packetInterval = Interval.milliseconds(20)
    private static let samplesPerPacket = 160
    private static let eventsMax = 1_024

    private var legs: [Leg] = []
    private let poll: Int32
    private var ready: [epoll_event]
    private var packet = [UInt8](repeating: 0xD5, count: 172)
    private var received = [UInt8](repeating: 0, count: 2_048)
    private(set) var delays = DelayHistogram()

    init() {
        poll = epoll_create1(0)
        ready = Array(repeating: epoll_event(), count: Self.eventsMax)
    }

    deinit {
        for leg in legs { close(leg.socket) }
        close(poll)
    }

    /// Opens the socket of one more phone; returns its port.
    mutating func addLeg(_ link: LossyLink) throws -> UInt16 {
        let socket = pbx_linuxnet_udp_socket(0)
        guard socket >= 0 else { throw SoakFailure("no socket: \(String(cString: strerror(-socket)))") }
        var address = loopback(port: 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, length) == 0 && getsockname(socket, $0, &length) == 0
            }
        }
        guard isBound else { throw SoakFailure("no port for RTP") }
        var event = epoll_event()
        event.events = EPOLLIN.rawValue
        event.data.u32 = UInt32(legs.count)
        guard epoll_ctl(poll, EPOLL_CTL_ADD, socket, &event) == 0 else { throw SoakFailure("epoll refuses a socket") }
        legs.append(Leg(socket: socket, link: link))
        return UInt16(bigEndian: address.sin_port)
    }

    /// The call of this phone is up: it sends from now on.
    mutating func start(_ call: EstablishedLeg, now: Instant) throws {
        var address = loopback(port: call.target.port)
        let isConnected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(legs[call.index].socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard isConnected == 0 else { throw SoakFailure("cannot send RTP to \(call.target)") }
        legs[call.index].payloadType = call.payloadType
        legs[call.index].carriesTime = call.isForwarded
        legs[call.index].nextPacket = now
    }

    mutating func stopSending() {
        for index in legs.indices { legs[index].nextPacket = nil }
    }

    /// One millisecond's work.
    mutating func tick(now: Instant) {
        for index in legs.indices {
            if let due = legs[index].nextPacket, due <= now { produce(index, due: due) }
            if !legs[index].waiting.isEmpty { sendDue(index, now: now) }
        }
        receive()
    }

    func tally(of leg: Int) -> LegTally { legs[leg].tally }

    mutating func clearDelays() { delays.clear() }

    private mutating func produce(_ index: Int, due: Instant) {
        let sequence = legs[index].sequence
        let packet = legs[index].packets
        legs[index].sequence = sequence &+ 1
        legs[index].packets += 1
        legs[index].nextPacket = due + Self.packetInterval
        guard let delay = legs[index].link.nextDelay() else { return legs[index].tally.packetLost() }
        legs[index].waiting.append((due + delay, sequence, packet))
    }

    private mutating func sendDue(_ index: Int, now: Instant) {
        legs[index].waiting.sort { $0.due < $1.due }
        while let next = legs[index].waiting.first, next.due <= now {
            legs[index].waiting.removeFirst()
            let timestamp = UInt32(truncatingIfNeeded: next.packet * Self.samplesPerPacket)
            packet[0] = 0x80
            packet[1] = legs[index].payloadType
            store(UInt64(next.sequence), bytes: 2, at: 2)
            store(UInt64(timestamp), bytes: 4, at: 4)
            store(UInt64(index + 1), bytes: 4, at: 8)
            let departure = monotonicNow()
            store(UInt64(bitPattern: departure.nanoseconds), bytes: 8, at: 12)
            guard send(legs[index].socket, packet, packet.count, 0) == packet.count else { continue }
            legs[index].tally.packetSent(
                at: departure, mediaSeconds: Double(next.packet * Self.samplesPerPacket) / 8_000)
        }
    }

    private mutating func receive() {
        let count = epoll_wait(poll, &ready, Int32(Self.eventsMax), 0)
        guard count > 0 else { return }
        for event in ready[..<Int(count)] {
            let index = Int(event.data.u32)
            while true {
                let bytes = recv(legs[index].socket, &received, received.count, 0)
                guard bytes > 0 else { break }
                legs[index].tally.packetReceived()
                guard legs[index].carriesTime, bytes == packet.count else { continue }
                let departure = Instant(nanoseconds: Int64(bitPattern: load(bytes: 8, at: 12)))
                delays.add(monotonicNow() - departure)
            }
        }
    }

    private mutating func store(_ value: UInt64, bytes: Int, at offset: Int) {
        for place in 0..<bytes {
            packet[offset + place] = UInt8(truncatingIfNeeded: value >> (8 * (bytes - 1 - place)))
        }
    }

    private func load(bytes: Int, at offset: Int) -> UInt64 {
        received[offset..<offset + bytes].reduce(0) { $0 << 8 | UInt64($1) }
    }
}

func monotonicNow() -> Instant { Instant(nanoseconds: pbx_linuxnet_monotonic_nanoseconds()) }

private func loopback(port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return address
}

func waitUntil(_ instant: Instant) { pbx_linuxnet_sleep_until(instant.nanoseconds) }
