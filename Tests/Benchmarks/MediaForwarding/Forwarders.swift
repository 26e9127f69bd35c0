import CBareForwarder
import Glibc
import MediaControl
import MediaEngine
import PBXBase

enum BenchmarkError: Error {
    case noSockets
    case noAnswer
}

/// Our engine with `phonePorts.count` ports, neighbours bridged.
final class EngineForwarder {
    static let threadName = "media-0"

    /// Where phone i sends to.
    private(set) var ports: [UInt16] = []
    private(set) var prepareMicroseconds = 0
    private let engine: MediaWorkers
    private static let format = MediaFormat(payloadType: 8, name: "PCMA", clockRate: 8_000)
    private var leases: [PortLease] = []
    private let phonePorts: [UInt16]

    init(phonePorts: [UInt16]) throws {
        self.phonePorts = phonePorts
        engine = try MediaWorkers(
            settings: MediaEngineSettings(ports: 12_000...19_999, ipv4Address: .ipv4Loopback, ipv6Address: nil))
        _ = try engine.start()
        let start = ContinuousClock.now
        _ = engine.send(.prepare(worker: 0, count: phonePorts.count, isIPv6: false))
        while leases.count < phonePorts.count {
            for case .leased(let more) in try nextEvents() { leases += more }
        }
        prepareMicroseconds = Int((ContinuousClock.now - start) / .microseconds(1))
        ports = leases.map(\.rtp.port)
        forward()
    }

    /// Passes everything on as it is, or, with a key, decrypts what phone i sends and encrypts it for its neighbour.
    func forward(key: SRTPKeys? = nil) {
        let plans = leases.indices.map { index in
            let phone = Endpoint(.ipv4Loopback, port: phonePorts[index])
            var plan = MediaPlan(
                remote: phone, sink: leases[index ^ 1].id, formats: [Self.format],
                payloadTypes: [.init(received: 8, forwarded: 8)], silenceLimit: .seconds(60))
            if let key { plan.security = .sdes(send: key, receive: key) }
            return MediaCommand.Assignment(port: leases[index].id, plan: plan)
        }
        _ = engine.send(.apply(plans))
    }

    /// Has every call recorded, one side per channel.
    func recordAll(in folder: String) {
        for call in 0..<leases.count / 2 {
            let recording = Recording(
                id: RecordingID(UInt64(call)), ports: [leases[2 * call].id, leases[2 * call + 1].id],
                path: "\(folder)/\(call).wav", layout: .stereo)
            _ = engine.send(.record(recording))
        }
    }

    func stopRecording() {
        for call in 0..<leases.count / 2 { _ = engine.send(.stopRecording(RecordingID(UInt64(call)), worker: 0)) }
    }

    /// Releases all ports; their figures added up.
    func finish() throws -> (received: UInt64, sent: UInt64, dropped: UInt64) {
        _ = engine.send(.release(leases.map(\.id)))
        var sum: (received: UInt64, sent: UInt64, dropped: UInt64) = (0, 0, 0)
        var missing = leases.count
        while missing > 0 {
            for case .released(_, let figures) in try nextEvents() {
                sum.received += figures.packetsReceived
                sum.sent += figures.packetsSent
                sum.dropped += figures.packetsDropped
                missing -= 1
            }
        }
        engine.stop()
        close(engine.eventDescriptor)
        return sum
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
}

/// The bare C forwarder between as many phones.
final class BareForwarder {
    static let threadName = "bare"
    private static let firstPort: UInt16 = 20_000

    let ports: [UInt16]
    private let forwarder: OpaquePointer

    init(phonePorts: [UInt16]) throws {
        guard let forwarder = pbx_bare_forwarder_start(Int32(phonePorts.count), Self.firstPort, phonePorts) else {
            throw BenchmarkError.noSockets
        }
        self.forwarder = forwarder
        ports = phonePorts.indices.map { Self.firstPort + UInt16(2 * $0) }
    }

    func stop() { pbx_bare_forwarder_stop(forwarder) }
}
