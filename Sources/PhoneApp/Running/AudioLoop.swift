import AudioIO
import Glibc
import MediaControl
import MediaEngine
import PBXBase

/// Microphone to speaker by the way that a call takes, the media engine included: what is heard is what was said, as
/// much later as `SoundCard.Delays` says.
enum AudioLoop {
    /// The engine has a port ready within this time, or never.
    private static let patienceTurns = 200
    private static let turnMilliseconds: Int32 = 10
    private static let reportMilliseconds: Int32 = 1_000

    /// Runs for so long, or until the process is ended.
    static func run(
        _ devices: SoundCard.Devices, seconds: Int?, say: @escaping @Sendable (String) -> Void
    ) throws {
        guard let link = CardLink() else { throw PhoneSetupError(message: "no socket for the sound card") }
        let engine = try MediaWorkers(settings: MediaEngineSettings(ipv4Address: .ipv4Loopback, ipv6Address: nil))
        _ = try engine.start()
        defer { engine.stop() }
        let lease = try lease(from: engine)
        guard link.connect(to: lease.rtp) else { throw PhoneSetupError(message: "the sound card has no line") }
        _ = engine.send(.apply([.init(port: lease.id, plan: echo(to: link.endpoint, port: lease.id))]))
        let card = SoundCard(devices, link: link) { news in
            switch news {
            case .lost(let problem): say(problem.description)
            case .returned(let device, _): say("\"\(device)\" works again")
            }
        }
        defer { card.stop() }
        var left = seconds
        while left != 0 {
            poll(nil, 0, reportMilliseconds)
            say(report(card))
            left = left.map { $0 - 1 }
        }
    }

    private static func lease(from engine: MediaWorkers) throws -> PortLease {
        _ = engine.send(.prepare(worker: 0, count: 1, isIPv6: false))
        var events: [MediaEvent] = []
        for _ in 0..<patienceTurns {
            engine.drainEvents(into: &events)
            for case .leased(let leases) in events {
                if let lease = leases.first { return lease }
            }
            poll(nil, 0, turnMilliseconds)
        }
        throw PhoneSetupError(message: "no audio port is free")
    }

    /// What comes goes back as it is.
    private static func echo(to card: Endpoint, port: MediaPortID) -> MediaPlan {
        let format = CardStream.format
        return MediaPlan(
            remote: card, latching: .off, sink: port,
            payloadTypes: [.init(received: format.payloadType, forwarded: format.payloadType)],
            clockRate: format.clockRate)
    }

    private static func report(_ card: SoundCard) -> String {
        let (delays, levels) = (card.delays, card.takeLevels())
        func text(_ value: Double?) -> String { value.map { "\(Int($0.rounded()))" } ?? "?" }
        return "delay \(text(delays.total)) ms (microphone \(text(delays.capture)), jitter buffer "
            + "\(text(delays.playout)), speaker \(text(delays.playback))); microphone \(Int(levels.capture)) dB, "
            + "speaker \(Int(levels.playback)) dB"
    }
}
