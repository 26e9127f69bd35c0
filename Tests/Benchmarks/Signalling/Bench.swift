import MediaControl
import PBXBase
import PBXCore
import PBXModel
import SIPGrammar
import SIPUserAgent

/// The exchange with nothing around it: a virtual clock, a media worker that obeys at once and a store that commits
/// when told to. What it sends is kept for the phones.
struct Bench {
    static let realm = "pbx.example"
    static let server = Endpoint(IPAddress(ipv4: 0x0A00_0001), port: 5_060)
    /// Timers fire on a grid, as in the daemon.
    private static let timerGrid = Interval.milliseconds(20)

    private(set) var now = Now(instant: .zero + .seconds(1), wall: WallTime(microseconds: 1_700_000_000_000_000))
    private var core: ExchangeCore
    private var effects: [ExchangeEffect] = []
    /// Kept as the daemon does.
    private var wire = WireTrace()
    private var slotsLeased: UInt32 = 0
    private var mediaEvents: [MediaEvent] = []
    private var tickets: [CommitTicket] = []
    private(set) var sent: [(bytes: [UInt8], flow: Flow)] = []

    init(extensionCount: Int) {
        var extensions: [String: Extension] = [:]
        for index in 0..<extensionCount {
            let number = Self.number(index)
            let secret = digestSecret(user: number, realm: Self.realm, password: Self.password(number))
            extensions[number] = Extension(
                number: number, displayName: "Phone \(number)",
                secret: DigestSecret(md5: secret.md5, sha256: secret.sha256), callsMax: 1_000_000,
                origin: ConfigOrigin(file: "benchmark", line: 1))
        }
        var limits = Limits()
        limits.messagesPerSourcePerSecondMax = 1_000_000
        core = ExchangeCore(
            directory: Directory(realm: Self.realm, domains: [Self.realm], extensions: extensions, limits: limits),
            listenerPorts: [.udp: 5_060], digestKey: Array(repeating: 7, count: 32), random: SeededRandom(seed: 1))
        mediaEvents = [lease(1_024)]
        settle()
    }

    static func number(_ index: Int) -> String { String(1_001 + index) }
    static func password(_ number: String) -> String { "secret-of-\(number)" }

    var counts: ExchangeCore.Counts { core.counts }

    /// Feeds these messages in order, with what media and store say about their effects.
    mutating func receive(_ messages: [Incoming]) {
        for message in messages {
            core.handle(.received(message.bytes, message.flow), now: now, into: &effects)
            wire.record(message.bytes, isReceived: true, on: message.flow, at: now.wall)
            carryOut()
        }
        settle()
    }

    /// Lets time pass; timers fire on their way.
    mutating func advance(_ interval: Interval) {
        let end = now.instant + interval
        while let due = core.deadline, due + Self.timerGrid <= end {
            set(max(now.instant, due + Self.timerGrid))
            core.handle(.timeout, now: now, into: &effects)
            carryOut()
            settle()
        }
        set(end)
    }

    /// What was sent since the last time.
    mutating func takeSent() -> [(bytes: [UInt8], flow: Flow)] {
        defer { sent.removeAll(keepingCapacity: true) }
        return sent
    }

    private mutating func set(_ instant: Instant) {
        now.wall = now.wall + (instant - now.instant)
        now.instant = instant
    }

    /// Media and store answer until nobody has anything left to say.
    private mutating func settle() {
        while !mediaEvents.isEmpty || !tickets.isEmpty {
            let events = mediaEvents
            mediaEvents.removeAll(keepingCapacity: true)
            for event in events { core.handle(.media(event), now: now, into: &effects) }
            carryOut()
            guard !tickets.isEmpty else { continue }
            let committed = tickets
            tickets.removeAll(keepingCapacity: true)
            core.handle(.committed(committed), now: now, into: &effects)
            carryOut()
        }
    }

    private mutating func carryOut() {
        for effect in effects {
            switch effect {
            case .transmit(let bytes, let flow):
                wire.record(bytes, isReceived: false, on: flow, at: now.wall)
                sent.append((bytes, flow))
            case .media(.release(let ports)):
                for port in ports { mediaEvents.append(.released(port, MediaStatistics())) }
            case .media(.prepare(_, let count, let isIPv6)): if !isIPv6 { mediaEvents.append(lease(count)) }
            case .record(_, let ticket?): tickets.append(ticket)
            case .media, .record, .publish, .note, .count: break
            }
        }
        effects.removeAll(keepingCapacity: true)
    }

    private mutating func lease(_ count: Int) -> MediaEvent {
        var leases: [PortLease] = []
        for slot in slotsLeased..<slotsLeased + UInt32(count) {
            let port = UInt16(16_384 + 2 * (slot % 16_000))
            leases.append(
                PortLease(
                    id: MediaPortID(worker: 0, slot: slot), rtp: Endpoint(Self.server.address, port: port),
                    rtcp: Endpoint(Self.server.address, port: port + 1)))
        }
        slotsLeased += UInt32(count)
        return .leased(leases)
    }
}

/// One datagram for the exchange.
struct Incoming {
    var bytes: [UInt8]
    var flow: Flow
}
