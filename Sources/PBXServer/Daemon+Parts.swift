import CallControl
import ControlProtocol
import ControlSocket
import Glibc
import Logging
import MediaControl
import MediaEngine
import NIOCore
import PBXBase
import PBXConfig
import PBXCore
import PBXModel
import SIPGrammar
import SIPTransport
import Store

// How the parts of the daemon are made from the configuration, and joined.
extension Daemon {
    /// Media ports that each worker binds per family before the first call.
    static let firstPortsPerWorker = 128

    static func makeExchange(
        _ directory: Directory, _ listeners: [SIPListener], _ loop: any EventLoop, _ logger: Logger
    ) async throws -> Exchange {
        var ports: [SIPTransportKind: UInt16] = [:]
        // A connection of our own has an ephemeral port; peers call back at the listener's.
        for listener in listeners where listener.transport.isReliable && ports[listener.transport] == nil {
            ports[listener.transport] = listener.endpoint.port
        }
        let random = SystemRandomPool()
        let key = (0..<4).flatMap { _ in withUnsafeBytes(of: random.next()) { Array($0) } }
        let listenerPorts = ports
        return try await loop.submit {
            let core = ExchangeCore(
                directory: directory, listenerPorts: listenerPorts, digestKey: key, random: SystemRandomPool())
            return Exchange(loop: loop, core: core, notes: NoteLog(logger: logger))
        }.get()
    }

    static func transportLimits(_ directory: Directory) -> SIPTransportLimits {
        var limits = SIPTransportLimits()
        limits.connectionsMax = directory.limits.tcpConnectionsMax
        limits.idleTimeMax = .seconds(directory.sip.registrationSecondsMax + 300)
        return limits
    }

    /// Starts the media workers; on the core loop, which the engine belongs to.
    static func startMedia(
        _ directory: Directory, _ loop: any EventLoop, _ logger: Logger
    ) throws -> NIOLoopBound<MediaWorkers> {
        let media = directory.media
        let settings = MediaEngineSettings(
            ports: media.portLow...media.portHigh, ipv4Address: media.ipv4, ipv6Address: media.ipv6,
            workers: workerCount(media),
            portPairsMax: min(2 * directory.limits.callsMax, Int(media.portHigh - media.portLow) / 2))
        let engine = try MediaWorkers(settings: settings)
        if let warning = try engine.start().warning { logger.warning("\(warning)") }
        return NIOLoopBound(engine, eventLoop: loop)
    }

    /// One thread for each processor but the one of the core loop.
    static func workerCount(_ media: MediaSettings) -> Int {
        media.workers > 0 ? media.workers : min(16, max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))) - 1))
    }

    static func firstPorts(_ directory: Directory, _ listeners: [SIPListener]) -> [MediaCommand] {
        var commands: [MediaCommand] = []
        for isIPv6 in [false, true] where listeners.contains(where: { $0.endpoint.address.isIPv6 == isIPv6 }) {
            guard (isIPv6 ? directory.media.ipv6 : directory.media.ipv4) != nil else { continue }
            for worker in 0..<workerCount(directory.media) {
                commands.append(.prepare(worker: UInt8(worker), count: firstPortsPerWorker, isIPv6: isIPv6))
            }
        }
        return commands
    }

    /// Gives the exchange its outlets, and its ear for the media workers.
    static func connect(
        _ exchange: Exchange, _ transports: SIPTransports, _ media: NIOLoopBound<MediaWorkers>, _ store: RecordStore,
        _ loop: any EventLoop
    ) async throws -> any Channel {
        let descriptor = try await loop.submit {
            exchange.assumeIsolated {
                $0.connect(
                    Exchange.Outlets(
                        transports: transports, media: media.value,
                        record: { fact, ticket in store.record(fact, ticket: ticket) },
                        isStoreOverloaded: { store.isOverloaded }))
            }
            return media.value.eventDescriptor
        }.get()
        return try await MediaEventReader.start(descriptor: descriptor, on: loop) {
            exchange.assumeIsolated { $0.mediaEventsWaiting() }
        }
    }

    /// What the store says, on its writer's thread.
    static func reported(_ report: StoreReport, to exchange: Exchange, _ logger: Logger) {
        let tickets: [CommitTicket]
        var failure: ControlFailure?
        switch report {
        case .committed(let committed): tickets = committed
        case .failing(let error, let waiting):
            logger.error("\(error); \(waiting) facts wait, calls cannot end until it works again")
            return
        case .recovered:
            logger.notice("the store works again")
            return
        case .refused(let error, let ticket):
            logger.critical("a fact was refused by the store and is lost: \(error)")
            // The call it belonged to must end all the same.
            tickets = ticket.map { [$0] } ?? []
            failure = ControlFailure(.notStored, "done, but not stored: \(error)", hint: "look at the log of pbxd")
        case .bindingsDropped(let count):
            logger.warning("\(count) changes of registrations were not stored; phones renew them")
            return
        case .lost(let count):
            logger.critical("\(count) facts were lost: the store was closed while writing failed")
            return
        }
        guard !tickets.isEmpty else { return }
        exchange.loop.execute { [failure] in
            exchange.assumeIsolated { $0.committed(tickets, error: failure) }
        }
    }

    /// Whether ::1 can be bound here; containers often have no IPv6.
    static var hasIPv6Loopback: Bool {
        let descriptor = socket(AF_INET6, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_addr = in6addr_loopback
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in6>.size)) == 0
            }
        }
    }
}

extension SIPListener {
    init(_ address: ListenAddress) {
        let transport: SIPTransportKind =
            switch address.transport {
            case .udp: .udp
            case .tcp: .tcp
            }
        self.init(transport, address.endpoint)
    }
}

extension RoleMap {
    init(_ settings: ControlSettings, _ directory: Directory) {
        self.init(ownUID: geteuid())
        // Who has an extension may see to it; a role of his own says more.
        for user in directory.extensions.values.compactMap(\.unixUser) { users[user] = .user }
        let rows: [(Role, [UnixPrincipal])] = [
            (.user, settings.user), (.agent, settings.agent), (.supervisor, settings.supervisor),
            (.admin, settings.admin),
        ]
        // Lowest first, so that somebody in several keeps the highest.
        for (role, principals) in rows {
            for principal in principals {
                switch principal {
                case .user(let name): users[name] = role
                case .group(let name): groups[name] = role
                }
            }
        }
    }
}

extension ConfigurationReport {
    init(_ error: any Error, source: String) {
        let errors: [String]
        if let error = error as? ConfigurationError {
            errors = error.findings.map(\.description)
        } else {
            errors = ["\(error)"]
        }
        self.init(source: source, extensions: 0, isValid: false, errors: errors)
    }
}

extension MediaSettings {
    /// What the running media engine cannot take over.
    func needsRestart(for new: MediaSettings) -> Bool {
        portLow != new.portLow || portHigh != new.portHigh || workers != new.workers || ipv4 != new.ipv4
            || ipv6 != new.ipv6
    }
}

/// Resident memory of this process in bytes; 0 when the kernel does not say.
func residentBytes() -> Int {
    guard let file = fopen("/proc/self/statm", "r") else { return 0 }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 128)
    guard fgets(&line, Int32(line.count), file) != nil else { return 0 }
    let fields = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self).split(
        separator: " ")
    return fields.count > 1 ? (Int(fields[1]) ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE))) : 0
}
