import CallControl
import ControlProtocol
import MediaControl
import MediaEngine
import NIOCore
import PBXBase
import PBXCore
import PBXModel
import Registration
import SIPGrammar
import SIPTransport

/// Drives `ExchangeCore`: reads the clocks, feeds it facts, and carries out its effects (architecture §6).
///
/// Its executor is the core event loop, on which all signalling sockets live too, so a datagram reaches the core
/// without a hop. Its methods are synchronous; an `await` in here would let another input in between.
actor Exchange {
    nonisolated let loop: any EventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.executor.asUnownedSerialExecutor() }

    private let clock = SystemClock()
    private var core: ExchangeCore
    private var outlets: Outlets?
    private var notes: NoteLog
    private var effects: [ExchangeEffect] = []
    private var mediaEvents: [MediaEvent] = []
    private var counters = [UInt64](repeating: 0, count: Metric.allCases.count)
    private var eventSequence: UInt64 = 0
    private var wire = WireTrace()
    private var timer: Scheduled<Void>?
    private var timerAt: Instant?
    /// When media workers that nothing else woke are to be woken.
    private var workersDue: Instant?
    private var whenIdle: EventLoopPromise<Void>?
    /// Who waits until a fact is stored.
    private var whenStored: [CommitTicket: EventLoopPromise<Void>] = [:]

    /// Where effects go. Set once, before the first input; an object, as each turn would copy a structure.
    final class Outlets {
        let transports: SIPTransports
        let media: MediaWorkers
        /// Hands a fact to the store.
        let record: (Fact, CommitTicket?) -> Void
        /// Whether the store's queue is full.
        let isStoreOverloaded: () -> Bool
        var publish: ([ControlEventEnvelope]) -> Void = { _ in }
        /// Whether anybody follows events; snapshots for nobody are not made.
        var isWatched: () -> Bool = { false }

        init(
            transports: SIPTransports, media: MediaWorkers, record: @escaping (Fact, CommitTicket?) -> Void,
            isStoreOverloaded: @escaping () -> Bool
        ) {
            self.transports = transports
            self.media = media
            self.record = record
            self.isStoreOverloaded = isStoreOverloaded
        }
    }

    init(loop: any EventLoop, core: ExchangeCore, notes: NoteLog) {
        self.loop = loop
        self.core = core
        self.notes = notes
    }

    func connect(_ outlets: Outlets) {
        self.outlets = outlets
        core.useCertificate(outlets.media.fingerprint)
    }

    /// Who follows events, once the control socket is open.
    func watchers(
        publish: @escaping @Sendable ([ControlEventEnvelope]) -> Void, isWatched: @escaping @Sendable () -> Bool
    ) {
        outlets?.publish = publish
        outlets?.isWatched = isWatched
    }

    /// The first turn: bindings of the last run, and media ports for the first calls.
    func begin(restoring bindings: [ContactBinding], _ settings: [UserSettings], prepare commands: [MediaCommand]) {
        core.handle(.userSettingsRestored(settings), now: clock.now, into: &effects)
        core.handle(.bindingsRestored(bindings), now: clock.now, into: &effects)
        for command in commands { effects.append(.media(command)) }
        execute()
    }

    // MARK: Inputs

    /// One fact of the network or of another thread; its effects are carried out before it returns.
    func handle(_ input: ExchangeInput) {
        core.handle(input, now: clock.now, into: &effects)
        execute()
    }

    /// A message from the network. Those of a source that is being ignored are not traced: a flood of them would push
    /// the calls out.
    private func receive(_ bytes: [UInt8], on flow: Flow) {
        let now = clock.now
        core.handle(.received(bytes, flow), now: now, into: &effects)
        let isIgnored = effects.contains { if case .count(.requestsIgnored) = $0 { true } else { false } }
        if !isIgnored { wire.record(bytes, isReceived: true, on: flow, at: now.wall) }
        execute()
    }

    /// Several facts, one clock reading and one flush.
    func handle(_ inputs: [ExchangeInput]) {
        let now = clock.now
        for input in inputs { core.handle(input, now: now, into: &effects) }
        execute()
        outlets?.transports.flush()
    }

    /// These facts are safe, or (`error`) will never be.
    func committed(_ tickets: [CommitTicket], error: ControlFailure? = nil) {
        for ticket in tickets {
            guard let promise = whenStored.removeValue(forKey: ticket) else { continue }
            if let error { promise.fail(error) } else { promise.succeed() }
        }
        handle([.committed(tickets)])
    }

    /// A media worker has something to say.
    func mediaEventsWaiting() {
        guard let outlets else { return }
        takeMediaEvents(outlets)
        execute()
        outlets.transports.flush()
    }

    private func takeMediaEvents(_ outlets: Outlets) {
        outlets.media.drainEvents(into: &mediaEvents)
        let now = clock.now
        for event in mediaEvents { core.handle(.media(event), now: now, into: &effects) }
        mediaEvents.removeAll(keepingCapacity: true)
    }

    private func timerFired() {
        timer = nil
        timerAt = nil
        let now = clock.now
        core.utcOffsetSeconds = clock.utcOffsetSeconds
        if let due = workersDue, due <= now.instant {
            workersDue = nil
            outlets?.media.wakePatientWorkers()
        }
        core.handle(.timeout, now: now, into: &effects)
        execute()
        outlets?.transports.flush()
    }

    // MARK: Effects

    /// Carries out what the core wants, and what it makes of the workers' answers that came in meanwhile.
    private func execute() {
        guard let outlets else { return }
        carryOutEffects(outlets)
        while outlets.media.stopAttending() {
            takeMediaEvents(outlets)
            carryOutEffects(outlets)
        }
    }

    private func carryOutEffects(_ outlets: Outlets) {
        var events: [ControlEventEnvelope] = []
        for effect in effects {
            switch effect {
            case .transmit(let bytes, let flow):
                wire.record(bytes, isReceived: false, on: flow, at: clock.wall)
                outlets.transports.send(bytes, on: flow)
            case .media(let command): order(command, outlets.media)
            case .record(let fact, let ticket):
                outlets.record(fact, ticket)
            case .publish(let event):
                eventSequence += 1
                events.append(ControlEventEnvelope(seq: eventSequence, timestamp: clock.wall, event: event))
                if case .callEnded(let record) = event { logEnd(of: record) }
            case .note(let note): notes.write(note, now: clock.instant)
            case .count(let metric): counters[metric.rawValue] &+= 1
            }
        }
        effects.removeAll(keepingCapacity: effects.capacity <= 4_096)
        core.storeOverloaded(outlets.isStoreOverloaded())
        core.isWatched = outlets.isWatched()
        if !events.isEmpty { outlets.publish(events) }
        if workersDue == nil, outlets.media.hasPatientCommands {
            workersDue = clock.instant + MediaWorkers.patienceMax
        }
        rearm()
        if whenIdle != nil, core.isIdle { endWaiting() }
    }

    private func order(_ command: MediaCommand, _ media: MediaWorkers) {
        if media.send(command, attending: true) { return }
        notes.write(Note(.error, "media worker does not take commands any more (restart pbxd)"), now: clock.instant)
    }

    /// Timers fire on a grid of this width: under load one wake-up serves many, and what SIP times in half seconds does
    /// not notice.
    private static let timerGrid = Interval.milliseconds(20)

    /// One timer serves the whole core. It is only ever moved earlier: firing too early costs one look at the heap,
    /// moving it at every message would cost more.
    private func rearm() {
        guard let deadline = Instant.earliest(core.nextDeadline(), workersDue) else { return }
        if let timerAt, timerAt <= deadline + Self.timerGrid { return }
        timer?.cancel()
        let grid = Self.timerGrid.nanoseconds
        let due = Instant(nanoseconds: (max(0, deadline.nanoseconds) / grid + 1) * grid)
        timerAt = due
        timer = loop.assumeIsolated().scheduleTask(deadline: .uptimeNanoseconds(UInt64(due.nanoseconds))) {
            [weak self] in self?.assumeIsolated { $0.timerFired() }
        }
    }

    private func logEnd(of record: CallRecord) {
        let talk = record.answeredAt.flatMap { answered in record.endedAt.map { ($0 - answered).seconds } }
        let outcome = record.cause.map { $0.row.phrase } ?? "ended"
        let duration = talk.map { "talked \($0) s" } ?? "not answered"
        let text = "call \(record.callerNumber) to \(record.calledNumber): \(outcome), \(duration)"
        notes.write(Note(.info, text, call: record.id), now: clock.instant)
    }

    // MARK: Operators

    func hangUp(_ id: CallID) -> Bool {
        defer { finishCommand() }
        return core.hangUp(id, cause: .administrator, now: clock.now, into: &effects)
    }

    func originate(from number: String, to target: String) -> CallTable.OriginateResult {
        defer { finishCommand() }
        return core.originate(from: number, to: target, now: clock.now, into: &effects)
    }

    func sendFax(_ path: String, from box: FaxBox, to number: String) -> CallTable.OriginateResult {
        defer { finishCommand() }
        return core.sendFax(path, from: box, to: number, now: clock.now, into: &effects)
    }

    func operate(_ order: CallOrder) throws(CallRefusal) {
        defer { finishCommand() }
        try core.carryOut(order, now: clock.now, into: &effects)
    }

    func startRecording(_ id: CallID) throws(CallRefusal) -> String {
        defer { finishCommand() }
        return try core.startRecording(id, now: clock.now, into: &effects)
    }

    func consult(_ id: CallID, by number: String?, at target: String) throws(CallRefusal) -> CallID {
        defer { finishCommand() }
        return try core.consult(id, by: number, at: target, now: clock.now, into: &effects)
    }

    func supervise(
        _ id: CallID, from number: String, _ mode: SupervisionMode, beside: String?
    ) throws(CallRefusal) -> CallID {
        defer { finishCommand() }
        return try core.supervise(id, from: number, mode, beside: beside, now: clock.now, into: &effects)
    }

    func parkAndPage(
        _ id: CallID, by number: String?, page: String, slot: String?
    ) throws(CallRefusal) -> (slot: String, page: CallID) {
        defer { finishCommand() }
        return try core.parkAndPage(id, by: number, page: page, slot: slot, now: clock.now, into: &effects)
    }

    func park(_ id: CallID, by number: String?, slot: String?) throws(CallRefusal) -> String {
        defer { finishCommand() }
        return try core.park(id, by: number, slot: slot, now: clock.now, into: &effects)
    }

    func fetch(_ waiting: WaitingCall, for number: String) throws(CallRefusal) -> CallID {
        defer { finishCommand() }
        return try core.fetch(waiting, for: number, now: clock.now, into: &effects)
    }

    func explain(from: String, to: String) -> RouteDecision { core.explain(dialled: to, caller: from) }

    /// Changes what a user has set; the future is fulfilled once it is stored.
    func change(
        _ change: UserSettingsChange, of number: String
    ) throws(UserSettingsRefusal) -> (settings: UserSettings, stored: EventLoopFuture<Void>) {
        defer { finishCommand() }
        let ticket = try core.change(change, of: number, now: clock.now, into: &effects)
        return (core.userSettings[number], stored(ticket))
    }

    /// Notes something of a call; the future is fulfilled once it is stored.
    func note(_ text: String?, of id: CallID) -> EventLoopFuture<Void> {
        defer { finishCommand() }
        return stored(core.note(text, of: id, now: clock.now, into: &effects))
    }

    /// How long a command waits for the disk.
    private static let storingSecondsMax: Int64 = 5

    private func stored(_ ticket: CommitTicket) -> EventLoopFuture<Void> {
        let promise = loop.makePromise(of: Void.self)
        whenStored[ticket] = promise
        loop.assumeIsolated().scheduleTask(in: .seconds(Self.storingSecondsMax)) { [weak self] in
            self?.assumeIsolated { $0.stopWaiting(for: ticket) }
        }
        return promise.futureResult
    }

    private func stopWaiting(for ticket: CommitTicket) {
        whenStored.removeValue(forKey: ticket)?.fail(
            ControlFailure(
                .notStored, "done, but not stored yet: the database takes nothing at this moment",
                hint: "look at the log of pbxd"))
    }

    func beginSelfTest() -> SelfTestLoan? {
        defer { finishCommand() }
        return core.beginSelfTest(now: clock.now)
    }

    func endSelfTest(_ id: String) -> Bool {
        defer { finishCommand() }
        return core.endSelfTest(id, now: clock.now, into: &effects)
    }

    private func finishCommand() {
        execute()
        outlets?.transports.flush()
    }

    /// What a watcher starts from: live state and the number of the last event that is part of it.
    struct LiveState: Sendable {
        var calls: [CallSnapshot]
        var registrations: [RegistrationSnapshot]
        var settings: [UserSettings]
        var lastEvent: UInt64
    }

    var liveState: LiveState {
        LiveState(
            calls: core.callSnapshots, registrations: core.registrar.snapshots, settings: core.userSettings.all,
            lastEvent: eventSequence)
    }

    func snapshot(of id: CallID) -> CallSnapshot? {
        guard let call = core.calls.calls[id], call.state != .ended else { return nil }
        return call.snapshot
    }

    /// What there is to read about a call's messages, for a reader elsewhere.
    func trace(of id: CallID) -> TraceReading {
        TraceReading(of: id, wire: wire, dialogs: core.calls.dialogs[id], call: snapshot(of: id))
    }

    var extensions: [ExtensionSnapshot] { core.extensionSnapshots }
    var counts: ExchangeCore.Counts { core.counts }
    var directory: Directory { core.directory }
    func count(of metric: Metric) -> UInt64 { counters[metric.rawValue] }

    // MARK: Stopping

    /// Refuses new calls from now on; the future is fulfilled when the last call is over and its phones
    /// have confirmed it, or by `endWaiting`.
    func drain() -> EventLoopFuture<Void> {
        core.drain()
        let promise = loop.makePromise(of: Void.self)
        whenIdle?.succeed()
        whenIdle = promise
        execute()
        return promise.futureResult
    }

    /// Whoever waits for the last call waits no longer.
    func endWaiting() {
        whenIdle?.succeed()
        whenIdle = nil
    }

    func endAllCalls() {
        core.endAllCalls(cause: .shutdown, now: clock.now, into: &effects)
        finishCommand()
    }

    /// The last turn: nothing comes in or goes out any more.
    func end() {
        timer?.cancel()
        timer = nil
        endWaiting()
        for ticket in Array(whenStored.keys) { stopWaiting(for: ticket) }
        outlets = nil
    }
}

// The transports call on the core loop, where the actor lives: no hop, no suspension.
extension Exchange: SIPTransportDelegate {
    nonisolated func received(_ bytes: [UInt8], on flow: Flow) {
        assumeIsolated { $0.receive(bytes, on: flow) }
    }

    nonisolated func closed(_ flow: Flow, reason: String) {
        assumeIsolated { $0.handle(.flowClosed(flow)) }
    }

    nonisolated func failed(_ flow: Flow, reason: String) {
        assumeIsolated {
            $0.note(
                Note(
                    .info, "sending to \(flow.transport.uriName) \(flow.remote) failed: \(reason)", source: flow.remote)
            )
            $0.handle(.flowFailed(flow))
        }
    }

    nonisolated func refused(_ source: Endpoint, reason: String) {
        assumeIsolated { $0.note(Note(.warning, "connection from \(source) turned away: \(reason)", source: source)) }
    }

    nonisolated func listenerFailed(_ listener: SIPListener, reason: String) {
        assumeIsolated {
            $0.note(Note(.error, "listener \(listener) failed: \(reason) (reload to open it again)"))
        }
    }

    nonisolated func turnEnded() { assumeIsolated { $0.outlets?.transports.flush() } }

    private func note(_ note: Note) { notes.write(note, now: clock.instant) }
}
