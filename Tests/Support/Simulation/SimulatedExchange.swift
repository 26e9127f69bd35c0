package import CallControl
import ControlProtocol
import MediaControl
package import PBXBase
package import PBXCore
package import PBXModel
package import SIPGrammar

/// The exchange as the daemon drives it, on the simulated network: `ExchangeCore` with stand-ins for media and store.
/// After every input it looks for what must never be.
package final class SimulatedExchange: SimulatedHost {
    package let addresses: [IPAddress]
    package private(set) var core: ExchangeCore
    package var media: FakeMedia
    package var store = FakeStore()
    /// Everything that passed, as the daemon keeps it.
    package private(set) var wire = WireTrace()
    /// Notes of warning and worse, the newest last.
    package private(set) var warnings: [String] = []
    package private(set) var callsEndedCount = 0
    /// As a listener on the wire would have it.
    package private(set) var lastAuthorizedRegister: [UInt8]?
    private var watch = DialogWatch()
    private var leasesSeen = 0
    private var outbox: [Outgoing] = []
    private var effects: [ExchangeEffect] = []
    private var violations: [String] = []
    private var reportedOfMedia = 0
    private var reportedOfStore = 0

    package static let port: UInt16 = 5_060
    private static let warningsMax = 200

    package init(
        ipv4: IPAddress, ipv6: IPAddress, directory: Directory, mediaWorkers: UInt8 = 2, portsMax: Int = 4_096,
        seed: UInt64
    ) {
        addresses = [ipv4, ipv6]
        core = ExchangeCore(
            directory: directory, listenerPorts: [.udp: Self.port, .tcp: Self.port],
            digestKey: Array(repeating: UInt8(truncatingIfNeeded: seed), count: 32), random: SeededRandom(seed: seed))
        media = FakeMedia(ipv4: ipv4, ipv6: ipv6, portsMax: portsMax)
        core.isWatched = true
        for worker in 0..<mediaWorkers {
            media.carryOut(.prepare(worker: worker, count: 32, isIPv6: false), now: .zero)
            media.carryOut(.prepare(worker: worker, count: 32, isIPv6: true), now: .zero)
        }
    }

    package var deadline: Instant? {
        [core.deadline, media.deadline, store.deadline].compactMap(\.self).min()
    }

    package func received(_ bytes: [UInt8], on flow: Flow, now: Now) {
        if let message = try? SIPMessage(parsing: bytes) {
            watch.received(message)
            if message.method == .register, message.value(.authorization) != nil { lastAuthorizedRegister = bytes }
        }
        wire.record(bytes, isReceived: true, on: flow, at: now.wall)
        handle(.received(bytes, flow), now: now)
    }

    package func connectionClosed(_ flow: Flow, now: Now) {
        handle(flow.connection == 0 ? .flowFailed(flow) : .flowClosed(flow), now: now)
    }

    package func timeout(now: Now) {
        let due = store.commitDue(now: now.instant)
        if !due.isEmpty { handle(.committed(due), now: now) }
        while let event = media.popDue(now: now.instant) {
            if case .leased(let leases) = event { leasesSeen += leases.count }
            handle(.media(event), now: now)
        }
        if let deadline = core.deadline, deadline <= now.instant { handle(.timeout, now: now) }
    }

    package func takeOutbox() -> [Outgoing] {
        defer { outbox.removeAll(keepingCapacity: true) }
        return outbox
    }

    package func takeViolations() -> [String] {
        violations += media.violations.dropFirst(reportedOfMedia)
        reportedOfMedia = media.violations.count
        violations += store.violations.dropFirst(reportedOfStore)
        reportedOfStore = store.violations.count
        violations += watch.takeViolations()
        defer { violations.removeAll() }
        return violations
    }

    // MARK: What an operator does

    package func reload(_ directory: Directory, now: Now) { handle(.directoryChanged(directory), now: now) }

    package func hangUp(_ id: CallID, now: Now) {
        _ = core.hangUp(id, cause: .administrator, now: now, into: &effects)
        carryOut(now: now)
    }

    @discardableResult
    package func originate(from number: String, to target: String, now: Now) -> CallTable.OriginateResult {
        defer { carryOut(now: now) }
        return core.originate(from: number, to: target, now: now, into: &effects)
    }

    @discardableResult
    package func sendFax(_ path: String, from box: FaxBox, to number: String, now: Now) -> CallTable.OriginateResult {
        defer { carryOut(now: now) }
        return core.sendFax(path, from: box, to: number, now: now, into: &effects)
    }

    package func operate(_ order: CallOrder, now: Now) throws(CallRefusal) {
        defer { carryOut(now: now) }
        try core.carryOut(order, now: now, into: &effects)
    }

    package func startRecording(_ id: CallID, now: Now) throws(CallRefusal) -> String {
        defer { carryOut(now: now) }
        return try core.startRecording(id, now: now, into: &effects)
    }

    package func consult(_ id: CallID, by number: String?, at target: String, now: Now) throws(CallRefusal) -> CallID {
        defer { carryOut(now: now) }
        return try core.consult(id, by: number, at: target, now: now, into: &effects)
    }

    package func supervise(
        _ id: CallID, from number: String, _ mode: SupervisionMode, beside: String?, now: Now
    ) throws(CallRefusal) -> CallID {
        defer { carryOut(now: now) }
        return try core.supervise(id, from: number, mode, beside: beside, now: now, into: &effects)
    }

    package func parkAndPage(
        _ id: CallID, by number: String?, page: String, slot: String?, now: Now
    ) throws(CallRefusal) -> (slot: String, page: CallID) {
        defer { carryOut(now: now) }
        return try core.parkAndPage(id, by: number, page: page, slot: slot, now: now, into: &effects)
    }

    package func park(_ id: CallID, by number: String?, slot: String?, now: Now) throws(CallRefusal) -> String {
        defer { carryOut(now: now) }
        return try core.park(id, by: number, slot: slot, now: now, into: &effects)
    }

    package func fetch(_ waiting: WaitingCall, for number: String, now: Now) throws(CallRefusal) -> CallID {
        defer { carryOut(now: now) }
        return try core.fetch(waiting, for: number, now: now, into: &effects)
    }

    @discardableResult
    package func change(
        _ change: UserSettingsChange, of number: String, now: Now
    ) throws(UserSettingsRefusal) -> CommitTicket {
        defer { carryOut(now: now) }
        return try core.change(change, of: number, now: now, into: &effects)
    }

    @discardableResult
    package func note(_ text: String?, of id: CallID, now: Now) -> CommitTicket {
        defer { carryOut(now: now) }
        return core.note(text, of: id, now: now, into: &effects)
    }

    package func drain() { core.drain() }

    package func storeOverloaded(_ isOverloaded: Bool) { core.storeOverloaded(isOverloaded) }

    package func beginSelfTest(now: Now) -> SelfTestLoan? { core.beginSelfTest(now: now) }

    package func endSelfTest(_ id: String, now: Now) -> Bool {
        defer { carryOut(now: now) }
        return core.endSelfTest(id, now: now, into: &effects)
    }

    // MARK: The peers' side of things

    package func fallSilent(_ address: IPAddress, now: Instant) { media.fallSilent(address, now: now) }
    package func speakAgain(_ address: IPAddress) { media.speakAgain(address) }

    /// What is left over once everybody has hung up and every timer has run out; empty when nothing leaks.
    package var leftovers: [String] {
        let counts = core.counts
        var found: [String] = []
        if counts.calls > 0 { found.append("\(counts.calls) calls in the table") }
        if counts.sessions > 0 { found.append("\(counts.sessions) sessions") }
        if counts.transactions > 0 { found.append("\(counts.transactions) transactions") }
        if counts.registrations > 0 { found.append("\(counts.registrations) registrations that have expired") }
        if counts.portsLeased > 0 { found.append("\(counts.portsLeased) media ports still leased") }
        if core.calls.conferenceCount > 0 { found.append("\(core.calls.conferenceCount) conferences") }
        if media.busyCount > 0 { found.append("\(media.busyCount) media ports still busy") }
        if !store.openRecords.isEmpty { found.append("\(store.openRecords.count) call records still open") }
        if store.closedRecords.count != callsEndedCount {
            found.append("\(store.closedRecords.count) records closed, \(callsEndedCount) calls told as ended")
        }
        if let deadline { found.append("a deadline at \(deadline.nanoseconds / 1_000_000) ms") }
        return found
    }

    // MARK: Driving

    private func handle(_ input: ExchangeInput, now: Now) {
        core.handle(input, now: now, into: &effects)
        carryOut(now: now)
    }

    private func carryOut(now: Now) {
        for effect in effects {
            switch effect {
            case .transmit(let bytes, let flow):
                wire.record(bytes, isReceived: false, on: flow, at: now.wall)
                transmit(bytes, flow)
            case .media(let command): media.carryOut(command, now: now.instant)
            case .record(let fact, let ticket): store.record(fact, ticket, now: now.instant)
            case .publish(.callEnded(let record)): callEnded(record)
            case .publish, .count: break
            case .note(let note): keep(note)
            }
        }
        effects.removeAll(keepingCapacity: true)
        let counts = core.counts
        if counts.portsLeased + counts.portsFree != leasesSeen {
            violations.append(
                "\(counts.portsLeased) ports leased and \(counts.portsFree) free, of \(leasesSeen) handed over")
        }
    }

    private func transmit(_ bytes: [UInt8], _ flow: Flow) {
        outbox.append(Outgoing(bytes, on: flow))
        do {
            let message = try SIPMessage(parsing: bytes)
            if message.isRequest { try message.validateRequest() } else { try message.validateResponse() }
            watch.transmitted(message)
            verifyMedia(message)
            verifyConfirmation(message)
        } catch {
            violations.append("sent a message that is not SIP: \(error)")
        }
    }

    /// Whatever address our SDP names is one of our media ports.
    private func verifyMedia(_ message: SIPMessage) {
        guard !message.body.isEmpty, message.contentType == "application/sdp", let sdp = PhoneSDP(message.body),
            sdp.endpoint.port != 0
        else { return }
        if !media.owns(sdp.endpoint) { violations.append("SDP names \(sdp.endpoint), which is no media port") }
    }

    /// product.md: no record is lost of a call whose BYE was answered.
    private func verifyConfirmation(_ message: SIPMessage) {
        guard message.method == .bye, message.status == 200, let sipCallID = message.text(.callID) else { return }
        let call = core.calls.calls.values.first {
            $0.caller.sipCallID == sipCallID || $0.callee?.sipCallID == sipCallID
        }
        guard let call, store.closedRecords[call.id] == nil else { return }
        violations.append("BYE of call \(call.id) was answered before its record was safe")
    }

    private func callEnded(_ record: CallRecord) {
        callsEndedCount += 1
        if store.closedRecords[record.id] == nil {
            violations.append("call \(record.id) told as ended before its record was safe")
        }
    }

    private func keep(_ note: Note) {
        guard note.severity >= .warning else { return }
        if warnings.count >= Self.warningsMax { warnings.removeFirst(Self.warningsMax / 2) }
        warnings.append(note.text)
    }
}
