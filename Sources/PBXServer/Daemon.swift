import ControlProtocol
import ControlSocket
import Glibc
import Logging
import MediaControl
import MediaEngine
import NIOCore
import NIOPosix
import PBXBase
import PBXConfig
import PBXCore
import PBXModel
import SIPGrammar
import SIPTransport
import Store
import Synchronization

/// The running PBX: everything that was started, in the order in which it is stopped again.
final class Daemon: Sendable {
    static let version = "0.1.0"

    let exchange: Exchange
    let store: RecordStore
    let logger: Logger
    let logControl: LogControl
    let directoryIndexes = DirectoryIndexCache()
    private let source: ConfigurationSource
    private let state: Mutex<Mutable>
    private let startedAt: Now
    private let stateDirectory: StateDirectory
    private let coreGroup: MultiThreadedEventLoopGroup
    private let poolGroup: MultiThreadedEventLoopGroup
    private let transports: SIPTransports
    private let media: NIOLoopBound<MediaWorkers>
    private let mediaEvents: any Channel
    private let notifier: ServiceNotifier

    private struct Mutable {
        var settings: ServerSettings
        var listeners: [SIPListener]
        var loadedAt: WallTime
        var roles: RoleMap
        var control: ControlServer?
    }

    /// Brings everything up: store, media, core, listeners, control socket. Throws `StartError` or an edge's own error,
    /// whose text says what to do.
    static func start(
        _ source: ConfigurationSource, _ configuration: LoadedConfiguration, logger: Logger, logControl: LogControl,
        environment: [String: String]
    ) async throws -> Daemon {
        let startedAt = SystemClock().now
        let server = configuration.server
        let stateDirectory = try StateDirectory(path: server.store.stateDirectory)
        let coreGroup = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = coreGroup.next()
        let poolGroup = MultiThreadedEventLoopGroup(numberOfThreads: 1)

        var listeners = server.listeners.map(SIPListener.init)
        if source.isDemo, !Self.hasIPv6Loopback { listeners.removeAll { $0.endpoint.address.isIPv6 } }

        let exchange = try await Self.makeExchange(configuration.directory, listeners, loop, logger)
        var options = StoreOptions()
        options.factsWaitingMax = server.store.factsWaitingMax
        let store = try RecordStore(path: stateDirectory.database, options: options) { report in
            Self.reported(report, to: exchange, logger)
        }
        if store.interruptedCalls > 0 {
            logger.warning("\(store.interruptedCalls) calls of the last run were closed as interrupted")
        }

        let transports = SIPTransports(
            loop: loop, limits: Self.transportLimits(configuration.directory), delegate: exchange)
        let media = try await loop.submit { try Self.startMedia(configuration.directory, loop, logger) }.get()
        let mediaEvents = try await Self.connect(exchange, transports, media, store, loop)

        let daemon = Daemon(
            exchange: exchange, store: store, logger: logger, logControl: logControl, source: source,
            settings: server, directory: configuration.directory, startedAt: startedAt, stateDirectory: stateDirectory,
            coreGroup: coreGroup,
            poolGroup: poolGroup, transports: transports, media: media, mediaEvents: mediaEvents,
            notifier: ServiceNotifier(environment: environment))
        try await daemon.open(listeners, configuration.directory)
        return daemon
    }

    private init(
        exchange: Exchange, store: RecordStore, logger: Logger, logControl: LogControl,
        source: ConfigurationSource, settings: ServerSettings, directory: Directory, startedAt: Now,
        stateDirectory: StateDirectory,
        coreGroup: MultiThreadedEventLoopGroup, poolGroup: MultiThreadedEventLoopGroup, transports: SIPTransports,
        media: NIOLoopBound<MediaWorkers>, mediaEvents: any Channel, notifier: ServiceNotifier
    ) {
        self.exchange = exchange
        self.store = store
        self.logger = logger
        self.logControl = logControl
        self.source = source
        self.startedAt = startedAt
        self.stateDirectory = stateDirectory
        self.coreGroup = coreGroup
        self.poolGroup = poolGroup
        self.transports = transports
        self.media = media
        self.mediaEvents = mediaEvents
        self.notifier = notifier
        state = Mutex(
            Mutable(
                settings: settings, listeners: [], loadedAt: startedAt.wall,
                roles: RoleMap(settings.control, directory),
                control: nil))
    }

    // MARK: Starting

    /// The last steps, in an order that lets nobody in before he can be served.
    private func open(_ listeners: [SIPListener], _ directory: Directory) async throws {
        let bindings = try store.restoredBindings(now: startedAt.wall)
        let settings = try store.userSettings()
        await exchange.begin(restoring: bindings, settings, prepare: Self.firstPorts(directory, listeners))
        let bound = try await transports.listen(listeners)
        let configured = state.withLock { state in
            state.listeners = bound
            return state.settings.control
        }
        var control = ControlServer.Settings(path: configured.socketPath)
        control.connectionsMax = configured.connectionsMax
        let dispatcher = CommandDispatcher(daemon: self)
        let server = try await ControlServer.start(
            control, on: poolGroup.next(),
            role: { [weak self] peer in self?.state.withLock { $0.roles }.role(of: peer) },
            handler: { request, peer in await dispatcher.reply(to: request, from: peer) })
        state.withLock { $0.control = server }
        await exchange.watchers(
            publish: { server.publish($0) }, isWatched: { server.isFollowed })
        notifier.ready()
        let places = bound.map(\.description).joined(separator: ", ")
        logger.notice("pbxd \(Self.version) is listening on \(places)")
    }

    // MARK: Status

    /// How the daemon is, for `status` and the `system` topic.
    func status() async -> StatusReport {
        let counts = await exchange.counts
        let directory = await exchange.directory
        let callsTotal = await exchange.count(of: .callsStarted)
        let (listeners, loadedAt) = state.withLock { ($0.listeners, $0.loadedAt) }
        let uptime = SystemClock().instant - startedAt.instant
        return StatusReport(
            version: Self.version, pid: Int(getpid()), startedAt: startedAt.wall.rfc3339,
            uptimeSeconds: uptime.seconds, isDemo: source.isDemo, logLevel: logControl.level.rawValue,
            configuration: source.name, configurationLoadedAt: loadedAt.rfc3339,
            extensions: directory.extensions.count, calls: counts.calls, callsMax: directory.limits.callsMax,
            callsTotal: Int(clamping: callsTotal), registrations: counts.registrations,
            registrationsMax: directory.limits.registrationsMax, transactions: counts.transactions,
            listeners: listeners.map { .init(transport: $0.transport.uriName, address: $0.endpoint.description) },
            mediaPortsFree: counts.portsFree, mediaPorts: counts.portsFree + counts.portsLeased,
            recordBacklog: store.factsWaiting, rssBytes: residentBytes())
    }

    var listeners: [SIPListener] { state.withLock { $0.listeners } }
    var controlSocketPath: String { state.withLock { $0.settings.control.socketPath } }

    // MARK: Reload

    /// Reads and checks the configuration without putting it in force.
    func checkConfiguration() async -> ConfigurationReport {
        do {
            let loaded = try source.load()
            return ConfigurationReport(
                source: source.name, extensions: loaded.directory.extensions.count, isValid: true,
                warnings: loaded.warnings.map(\.description))
        } catch {
            return ConfigurationReport(error, source: source.name)
        }
    }

    /// Puts the files in force, all or nothing: new listeners open first, and what cannot be opened refuses the whole.
    func reload(askedBy name: String) async -> ConfigurationReport {
        notifier.reloading(monotonicMicroseconds: SystemClock().instant.nanoseconds / 1_000)
        defer { notifier.ready() }
        do {
            let loaded = try source.load()
            var wanted = loaded.server.listeners.map(SIPListener.init)
            if source.isDemo, !Self.hasIPv6Loopback { wanted.removeAll { $0.endpoint.address.isIPv6 } }
            let bound = try await transports.replaceListeners(wanted)
            let before = await exchange.directory.media
            await exchange.handle([.directoryChanged(loaded.directory)])
            state.withLock { state in
                state.settings = loaded.server
                state.listeners = bound
                state.loadedAt = SystemClock().wall
                state.roles = RoleMap(loaded.server.control, loaded.directory)
            }
            logControl.apply(loaded.server.log)
            var warnings = loaded.warnings.map(\.description)
            if before.needsRestart(for: loaded.directory.media) {
                warnings.append("media ports, addresses and workers change at the next start of pbxd")
            }
            logger.notice("configuration reloaded for \(name)")
            return ConfigurationReport(
                source: source.name, extensions: loaded.directory.extensions.count, isValid: true, warnings: warnings)
        } catch {
            let report = ConfigurationReport(error, source: source.name)
            logger.error(
                "configuration not reloaded, the running one stays in force: \(report.errors.joined(separator: "; "))")
            return report
        }
    }

    // MARK: Stopping

    /// How long phones may take to answer the BYEs of calls that a stop ends.
    private static let farewellSeconds = 2

    /// Takes the daemon down: no new calls, running ones get until the drain limit (or until `hurry` returns), records
    /// are flushed, sockets closed.
    func stop(hurry: @escaping @Sendable () async -> Void) async {
        notifier.stopping()
        let seconds = state.withLock { $0.settings.drainSecondsMax }
        let calls = await exchange.counts.calls
        if calls > 0 { logger.notice("stopping: \(calls) calls may go on for \(seconds) s, new ones are refused") }
        let impatience = Task {
            await hurry()
            await exchange.endWaiting()
        }
        await waitUntilIdle(secondsMax: seconds)
        await exchange.endAllCalls()
        // BYEs and the records behind them need a moment; a phone that does not respond is not waited for.
        await waitUntilIdle(secondsMax: Self.farewellSeconds)
        impatience.cancel()
        let control = state.withLock { state in
            defer { state.control = nil }
            return state.control
        }
        await control?.stop()
        await transports.close()
        await exchange.end()
        let media = media
        try? await coreGroup.next().submit { media.value.stop() }.get()
        try? await mediaEvents.close().get()
        store.close()
        logger.notice("pbxd stopped")
        try? await poolGroup.shutdownGracefully()
        try? await coreGroup.shutdownGracefully()
    }

    private func waitUntilIdle(secondsMax: Int) async {
        let idle = await exchange.drain()
        let exchange = exchange
        let limit = exchange.loop.scheduleTask(in: .seconds(Int64(secondsMax))) {
            exchange.assumeIsolated { $0.endWaiting() }
        }
        // The promise is kept in every case: by the last call, the limit, or an impatient operator.
        try? await idle.get()
        limit.cancel()
    }
}
