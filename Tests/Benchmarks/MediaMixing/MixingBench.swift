import AudioDSP
import BenchmarkKit
import CLinuxNet
import Glibc
import MediaControl
import MediaEngine
import PBXBase

enum BenchmarkError: Error {
    case noSockets
    case noAnswer
}

/// An engine with as many ports as phones, and the phones: each sends PCMA every 20 ms and reads away what comes.
final class MixingBench {
    private static let packetBytes = 172
    private static let format = MediaFormat(payloadType: 8, name: "PCMA", clockRate: 8_000)
    /// The threads that the figures cover.
    private static let threads = ["media-0", "media-reader", "media-writer"]

    private let engine: MediaWorkers
    private var leases: [PortLease] = []
    private var sockets: [Int32] = []
    private var ports: [UInt16] = []
    private var sequence: UInt16 = 0
    private var noise: [UInt8] = []
    /// Every other phone speaks Opus.
    private var isTranslating = false
    private var voice: OpusVoice?
    private let path = "/tmp/pbx-mixing-benchmark.alaw"

    init(parties: Int) throws {
        engine = try MediaWorkers(
            settings: MediaEngineSettings(ports: 24_000...25_999, ipv4Address: .ipv4Loopback, ipv6Address: nil))
        _ = try engine.start()
        _ = engine.send(.prepare(worker: 0, count: parties, isIPv6: false))
        while leases.count < parties {
            for case .leased(let more) in try nextEvents() { leases += more }
        }
        for lease in leases { try openPhone(toward: lease.rtp.port) }
        // Something as loud and as irregular as speech, always the same.
        var state: UInt32 = 1
        noise = (0..<8_000).map { _ in
            state = state &* 1_664_525 &+ 1_013_904_223
            return UInt8(state >> 24) & 0xBF
        }
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        for _ in 0..<120 { _ = noise.withUnsafeBytes { write(file, $0.baseAddress, $0.count) } }
        close(file)
    }

    /// Neighbours talk to each other, packets passed on as they are.
    func forwardAll() {
        isTranslating = false
        apply { plan, index in plan.sink = self.leases[index ^ 1].id }
    }

    /// The same with Opus on one side.
    func translateAll() throws {
        voice = try voice ?? OpusVoice()
        isTranslating = true
        apply { plan, index in
            plan.seat = RoomSeat(room: MediaRoomID(UInt64(1_000 + index / 2)))
            guard index % 2 == 1 else { return }
            plan.formats = [OpusVoice.format]
            plan.sending = AudioSending(format: OpusVoice.format)
            plan.payloadTypes = [.init(received: OpusVoice.format.payloadType, forwarded: 8)]
            plan.clockRate = 48_000
        }
    }

    func joinAll(room: UInt64) { apply { $0.seat = RoomSeat(room: MediaRoomID(room)) } }

    func playAll() {
        apply { _ in }
        for (index, lease) in leases.enumerated() {
            let playback = Playback(id: PlaybackID(UInt64(index)), items: [.file(path: path)], repetition: .forever)
            _ = engine.send(.play(playback, .port(lease.id)))
        }
    }

    func holdAll() {
        for (index, lease) in leases.enumerated() {
            _ = engine.send(.change(PlaybackID(UInt64(index)), .port(lease.id), .stop))
        }
        _ = engine.send(.define(MusicID(1), items: [.file(path: path)], worker: 0))
        apply { $0.music = MusicID(1) }
    }

    /// CPU per party and second in milliseconds, after half a second of warming up.
    func measure(seconds: Int, speakers: Int, _ begin: () -> Void) -> Double {
        begin()
        run(milliseconds: 500, speakers: speakers)
        let before = cpuNanoseconds()
        run(milliseconds: 1_000 * seconds, speakers: speakers)
        let nanoseconds = cpuNanoseconds() - before
        let perParty = Double(nanoseconds) / Double(leases.count * seconds) / 1_000_000
        return (perParty * 1_000).rounded() / 1_000
    }

    func finish() {
        engine.stop()
        close(engine.eventDescriptor)
        for socket in sockets { close(socket) }
        unlink(path)
    }

    private func apply(_ change: (inout MediaPlan) -> Void) { apply { plan, _ in change(&plan) } }

    private func apply(_ change: (inout MediaPlan, Int) -> Void) {
        let assignments = leases.indices.map { index in
            var plan = MediaPlan(
                remote: Endpoint(.ipv4Loopback, port: ports[index]), formats: [Self.format],
                sending: AudioSending(format: Self.format), payloadTypes: [.init(received: 8, forwarded: 8)])
            change(&plan, index)
            return MediaCommand.Assignment(port: leases[index].id, plan: plan)
        }
        _ = engine.send(.apply(assignments))
    }

    /// A fifth of the phones send in every fourth millisecond; phones that do not speak send silence.
    private func run(milliseconds: Int, speakers: Int) {
        let start = pbx_linuxnet_monotonic_nanoseconds()
        for millisecond in 0..<milliseconds {
            pbx_linuxnet_sleep_until(start + Int64(millisecond) * 1_000_000)
            if millisecond % 20 == 0 { sequence &+= 1 }
            for index in stride(from: millisecond % 20, to: sockets.count, by: 20) {
                exchange(index, speaks: index < speakers)
            }
        }
        var events: [MediaEvent] = []
        engine.drainEvents(into: &events)
    }

    private func exchange(_ index: Int, speaks: Bool) {
        if isTranslating, index % 2 == 1, let voice { return exchange(index, voice) }
        withUnsafeTemporaryAllocation(byteCount: 512, alignment: 8) { packet in
            packet[0] = 0x80
            packet[1] = 8
            packet.storeBytes(of: sequence.bigEndian, toByteOffset: 2, as: UInt16.self)
            packet.storeBytes(of: (UInt32(sequence) &* 160).bigEndian, toByteOffset: 4, as: UInt32.self)
            packet.storeBytes(of: UInt32(index + 1).bigEndian, toByteOffset: 8, as: UInt32.self)
            let start = (Int(sequence) * 160 + index * 37) % (noise.count - 160)
            for place in 0..<160 { packet[12 + place] = speaks ? noise[start + place] : 0xD5 }
            _ = send(sockets[index], packet.baseAddress, Self.packetBytes, 0)
            while recv(sockets[index], packet.baseAddress, packet.count, 0) > 0 {}
        }
    }

    private func exchange(_ index: Int, _ voice: OpusVoice) {
        withUnsafeTemporaryAllocation(byteCount: 2_048, alignment: 8) { packet in
            packet[0] = 0x80
            packet[1] = OpusVoice.format.payloadType
            packet.storeBytes(of: sequence.bigEndian, toByteOffset: 2, as: UInt16.self)
            packet.storeBytes(of: (UInt32(sequence) &* 960).bigEndian, toByteOffset: 4, as: UInt32.self)
            packet.storeBytes(of: UInt32(index + 1).bigEndian, toByteOffset: 8, as: UInt32.self)
            let payload = voice.packets[Int(sequence) % voice.packets.count]
            for (place, byte) in payload.enumerated() { packet[12 + place] = byte }
            _ = send(sockets[index], packet.baseAddress, 12 + payload.count, 0)
            while recv(sockets[index], packet.baseAddress, packet.count, 0) > 0 {}
        }
    }

    private func openPhone(toward port: UInt16) throws {
        let socket = pbx_linuxnet_udp_socket(0)
        var own = Self.loopback(port: 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &own) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, length) == 0 && getsockname(socket, $0, &length) == 0
            }
        }
        var target = Self.loopback(port: port)
        let isConnected = withUnsafePointer(to: &target) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(socket, $0, length) == 0 }
        }
        guard socket >= 0, isBound, isConnected else { throw BenchmarkError.noSockets }
        sockets.append(socket)
        ports.append(UInt16(bigEndian: own.sin_port))
    }

    private func cpuNanoseconds() -> Int {
        Self.threads.reduce(0) { $0 + (ProcessFigures.cpuNanoseconds(ofThread: $1) ?? 0) }
    }

    private func nextEvents() throws -> [MediaEvent] {
        var descriptor = pollfd(fd: engine.eventDescriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&descriptor, 1, 5_000) == 1 else { throw BenchmarkError.noAnswer }
        var bytes = [UInt8](repeating: 0, count: 256)
        _ = read(engine.eventDescriptor, &bytes, bytes.count)
        var events: [MediaEvent] = []
        engine.drainEvents(into: &events)
        return events
    }

    private static func loopback(port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }
}
