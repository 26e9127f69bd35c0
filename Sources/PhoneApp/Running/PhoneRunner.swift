import AudioIO
import CursesBackend
import FoundationEssentials
import Glibc
import MediaControl
import MediaEngine
import NIOCore
import NIOPosix
import PBXBase
import SDPNegotiation
import SIPGrammar
import SIPTransport

/// Drives the phone: reads the clock, owns sockets and media engine, and carries orders between the phone's machine and
/// its desk. On one event loop.
actor PhoneRunner {
    nonisolated let loop: any EventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.executor.asUnownedSerialExecutor() }

    private var core: PhoneCore?
    private var desk: any PhoneDesk
    private var effects: [PhoneCore.Effect] = []
    private var transports: SIPTransports?
    private var engine: MediaWorkers?
    private var mediaEvents: [MediaEvent] = []
    private var eventChannel: (any Channel)?
    private var audio: PhoneAudio?
    private var levelTimer: RepeatedTask?
    private var timer: Scheduled<Void>?
    private let history: HistoryFile?
    private let exit: EventLoopPromise<Int32>
    /// Given up after this long when a server does not take the registrations back.
    private static let stopPatience = TimeAmount.seconds(4)

    /// - Parameters:
    ///   - history: where ended calls are kept; nil: nowhere.
    ///   - exit: completed with the status of the program.
    init(desk: any PhoneDesk, loop: any EventLoop, history: HistoryFile? = nil, exit: EventLoopPromise<Int32>) {
        self.desk = desk
        self.loop = loop
        self.history = history
        self.exit = exit
    }

    // MARK: Start and end

    /// Opens sockets and media engine, and has the desk begin.
    func start(_ setup: PhoneSetup, _ options: PhoneOptions) async throws {
        let transports = SIPTransports(loop: loop, tls: setup.tls, delegate: self)
        let bound = try await listen(setup.listeners, transports)
        self.transports = transports
        let engine = try MediaWorkers(settings: Self.mediaSettings(setup, hasCard: options.usesSound))
        _ = try engine.start()
        self.engine = engine
        eventChannel = try await MediaEventReader.start(descriptor: engine.eventDescriptor, on: loop) { [weak self] in
            self?.assumeIsolated { $0.drainMediaEvents() }
        }
        var ports: [SIPTransportKind: UInt16] = [:]
        for listener in bound where ports[listener.transport] == nil {
            ports[listener.transport] = listener.endpoint.port
        }
        ports[.tls] = ports[.tcp].map(PhoneSetup.securePort)
        let flows = bound.map { Flow(transport: $0.transport, local: $0.endpoint, remote: $0.endpoint) }
        var settings = PhoneSettings(
            productName: "pbx-phone/\(ProductVersion.text)",
            contactUser: setup.accounts.first?.user ?? "phone", listeners: flows, encryption: setup.encryption,
            codecs: setup.codecs, answersAtOnce: options.autoAnswer, playedFile: options.play,
            recordingPath: options.record, ringSecondsMax: setup.ringSeconds)
        settings.offersDTLS = setup.offersDTLS
        settings.answersWhenAsked = !options.noIntercom
        settings.accounts = setup.accounts.compactMap { account in
            account.phoneAccount(
                bound, displayName: options.displayName, encryption: setup.encryption, registers: !options.noRegister)
        }
        if options.usesSound {
            guard let link = CardLink() else { throw PhoneSetupError(message: "no socket for the sound card") }
            audio = PhoneAudio(PhoneAudio.Devices(options), link: link) { [weak self] news in
                guard let self else { return }
                loop.execute { self.assumeIsolated { $0.deviceChanged(news) } }
            }
            settings.card = CardSettings(
                endpoint: link.endpoint, format: CardStream.format, frameMilliseconds: CardStream.frameMilliseconds)
        }
        core = PhoneCore(
            settings: settings, fingerprint: engine.fingerprint, random: SystemRandom(), listenerPorts: ports)
        carryOut(desk.started())
    }

    /// UDP and TCP at the same port of each address.
    private func listen(_ addresses: [Endpoint], _ transports: SIPTransports) async throws -> [SIPListener] {
        var bound: [SIPListener] = []
        for address in addresses {
            let datagrams = try await transports.listen([SIPListener(.udp, address)])
            let port = datagrams.first?.endpoint.port ?? address.port
            // A free UDP port need not be free for TCP; any other does, as Contact names it.
            let streams: [SIPListener]
            do {
                streams = try await transports.listen([SIPListener(.tcp, Endpoint(address.address, port: port))])
            } catch  where address.port == 0 {
                streams = try await transports.listen([SIPListener(.tcp, address)])
            }
            bound += datagrams + streams
        }
        return bound
    }

    private static func mediaSettings(_ setup: PhoneSetup, hasCard: Bool) -> MediaEngineSettings {
        // The card talks with the engine over loopback, which `ipv4Any` takes in.
        let addresses = Set(setup.listeners.map(\.address) + (hasCard ? [.ipv4Loopback] : []))
        let ipv4 = addresses.filter { !$0.isIPv6 }
        let ipv6 = addresses.filter(\.isIPv6)
        return MediaEngineSettings(
            ports: setup.mediaPorts, ipv4Address: ipv4.isEmpty ? nil : ipv4.count == 1 ? ipv4.first : .ipv4Any,
            ipv6Address: ipv6.isEmpty ? nil : ipv6.count == 1 ? ipv6.first : .ipv6Any,
            portPairsMax: PhoneSettings.linesMax + PhoneSettings.portsReady)
    }

    private func finish(_ status: Int32) {
        timer?.cancel()
        levelTimer?.cancel()
        core = nil
        audio?.stop()
        audio = nil
        // Completes recordings before the program is gone.
        engine?.stop()
        exit.succeed(status)
    }

    // MARK: From outside

    func lineRead(_ text: String) { carryOut(desk.lineRead(text)) }
    func inputEnded() { carryOut(desk.inputEnded()) }
    func interrupted() { carryOut(desk.interrupted()) }
    func command(_ command: PhoneCommand) { carryOut([.command(command)]) }

    func remember(_ line: HistoryLine) {
        do throws(PhoneSetupError) {
            try history?.append(line)
        } catch {
            carryOut(desk.troubled(error.message))
        }
    }

    private func carryOut(_ orders: [DeskOrder]) {
        for order in orders {
            switch order {
            case .command(let command):
                if command == .stop { giveUpLater() }
                handle(.command(command))
            case .write(let line): write(line)
            case .remember(let line): remember(line)
            case .exit(let status): finish(status)
            }
        }
    }

    fileprivate func tell(_ event: PhoneEvent) { carryOut(desk.told(event, at: ProcessClock.now.wall)) }

    private func giveUpLater() {
        loop.scheduleTask(in: Self.stopPatience) { [weak self] in
            self?.assumeIsolated { runner in
                guard runner.core != nil else { return }
                runner.tell(.stopped)
            }
        }
    }

    private func write(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        _ = Glibc.write(STDOUT_FILENO, bytes, bytes.count)
    }

    // MARK: The machine and its loop

    private func handle(_ input: PhoneCore.Input) {
        core?.handle(input, now: currentInstant(), into: &effects)
        execute()
    }

    private func execute() {
        while !effects.isEmpty {
            let batch = effects
            effects.removeAll(keepingCapacity: true)
            for effect in batch { apply(effect) }
        }
        transports?.flush()
        followAudio()
        rearm()
    }

    private func followAudio() {
        guard let audio, let core else { return }
        audio.follow(needsCard: core.needsCard, volumes: core.volumes, signal: core.signal)
        followLevels()
    }

    private func deviceChanged(_ news: DeviceNews) {
        guard core != nil else { return }
        switch news {
        case .lost(let problem): tell(.failed(problem.description))
        case .returned(let device, let isCapture):
            let kind = isCapture ? "microphone" : "speaker"
            tell(.noted("\(kind) \"\(device)\" works again"))
        }
    }

    /// Looks at the levels only while somebody wants them.
    private func followLevels() {
        let isWanted = audio?.isOpen == true && core?.wantsLevels == true
        if !isWanted {
            levelTimer?.cancel()
            levelTimer = nil
        } else if levelTimer == nil {
            let pause = TimeAmount.milliseconds(Int64(1_000 / SoundLevels.perSecondMax))
            levelTimer = loop.scheduleRepeatedTask(initialDelay: pause, delay: pause) { [weak self] _ in
                self?.assumeIsolated { $0.tellLevels() }
            }
        }
    }

    private func tellLevels() {
        guard let levels = audio?.takeLevels() else { return }
        let rounded = SoundLevels(microphone: Int(levels.capture), speaker: Int(levels.playback))
        tell(.levels(rounded))
    }

    private func apply(_ effect: PhoneCore.Effect) {
        switch effect {
        case .transmit(let bytes, let flow): transports?.send(bytes, on: flow)
        case .media(let command): _ = engine?.send(command)
        case .tell(let event): tell(event)
        case .connectCard(let endpoint):
            let engine = endpoint.address.isUnspecified ? Endpoint(.ipv4Loopback, port: endpoint.port) : endpoint
            if audio?.link.connect(to: engine) != true {
                carryOut(desk.troubled("the sound card has no line"))
            }
        case .alert(let signal): audio?.alert(signal)
        }
    }

    private func rearm() {
        timer?.cancel()
        guard let deadline = core?.deadline else { return }
        timer = loop.scheduleTask(deadline: .uptimeNanoseconds(UInt64(max(0, deadline.nanoseconds)))) { [weak self] in
            self?.assumeIsolated { $0.handle(.timeout) }
        }
    }

    private func drainMediaEvents() {
        guard core != nil else { return }
        engine?.drainEvents(into: &mediaEvents)
        let events = mediaEvents
        mediaEvents.removeAll(keepingCapacity: true)
        for event in events { handle(.media(event)) }
    }
}

// The transports call on the phone's loop.
extension PhoneRunner: SIPTransportDelegate {
    nonisolated func received(_ bytes: [UInt8], on flow: Flow) {
        guard let message = try? SIPMessage(parsing: bytes) else { return }
        assumeIsolated { $0.handle(.received(message, flow)) }
    }

    nonisolated func closed(_ flow: Flow, reason: String) { assumeIsolated { $0.handle(.flowFailed(flow)) } }

    nonisolated func failed(_ flow: Flow, reason: String) {
        assumeIsolated { runner in
            if runner.core != nil { runner.tell(.noted("\(flow.remote): \(reason)")) }
            runner.handle(.flowFailed(flow))
        }
    }
    nonisolated func refused(_ source: Endpoint, reason: String) {}
    nonisolated func listenerFailed(_ listener: SIPListener, reason: String) {}
    nonisolated func turnEnded() {}
}

/// This process's monotonic clock.
private func currentInstant() -> Instant {
    Instant(nanoseconds: Int64(clamping: NIODeadline.now().uptimeNanoseconds))
}
