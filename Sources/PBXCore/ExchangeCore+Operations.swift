package import CallControl
import ControlProtocol
package import MediaControl
package import PBXBase
package import PBXModel
import Registration
import Routing
import SIPUserAgent

// What operators ask, by way of the control protocol.
extension ExchangeCore {
    /// Live figures: for status, and for tests that look for leaks.
    package struct Counts: Equatable, Sendable {
        package var calls: Int
        package var sessions: Int
        package var transactions: Int
        package var registrations: Int
        package var portsLeased: Int
        package var portsFree: Int
    }

    package var counts: Counts {
        Counts(
            calls: calls.calls.count, sessions: userAgent.sessionCount, transactions: userAgent.transactionCount,
            registrations: registrar.count, portsLeased: calls.ports.leasedCount, portsFree: calls.ports.freeCount)
    }

    /// No call, and no phone that still has to confirm the end of one.
    package var isIdle: Bool { calls.calls.isEmpty && userAgent.sessionCount == 0 }

    /// Ends a call; false when there is none of that identity.
    package mutating func hangUp(
        _ id: CallID, cause: ReleaseCause, now: Now, into effects: inout [ExchangeEffect]
    ) -> Bool {
        defer { settle(now: now, into: &effects) }
        return calls.hangUp(id, cause: cause, context(now), into: &callEffects)
    }

    /// Rings the extension's phone, then its target.
    package mutating func originate(
        from number: String, to target: String, now: Now, into effects: inout [ExchangeEffect]
    ) -> CallTable.OriginateResult {
        defer { settle(now: now, into: &effects) }
        return calls.originate(from: number, to: target, context(now), into: &callEffects)
    }

    /// Calls a fax machine and sends it the pages of a file.
    package mutating func sendFax(
        _ path: String, from box: FaxBox, to number: String, now: Now, into effects: inout [ExchangeEffect]
    ) -> CallTable.OriginateResult {
        defer { settle(now: now, into: &effects) }
        return calls.sendFax(path, from: box, to: number, context(now), into: &callEffects)
    }

    /// Does what an operator asks with a call.
    package mutating func carryOut(
        _ order: CallOrder, now: Now, into effects: inout [ExchangeEffect]
    ) throws(CallRefusal) {
        defer { settle(now: now, into: &effects) }
        try calls.carryOut(order, context(now), into: &callEffects)
    }

    /// Begins to record a call; returns the file.
    package mutating func startRecording(
        _ id: CallID, now: Now, into effects: inout [ExchangeEffect]
    ) throws(CallRefusal) -> String {
        defer { settle(now: now, into: &effects) }
        return try calls.startRecording(id, context(now), into: &callEffects)
    }

    /// Calls a number about a call, whose other party waits meanwhile; returns the second call.
    package mutating func consult(
        _ id: CallID, by number: String?, at target: String, now: Now, into effects: inout [ExchangeEffect]
    ) throws(CallRefusal) -> CallID {
        defer { settle(now: now, into: &effects) }
        return try calls.consult(id, by: number, at: target, context(now), into: &callEffects)
    }

    /// Seats an extension's phone beside a call; returns the call of that phone.
    package mutating func supervise(
        _ id: CallID, from number: String, _ mode: SupervisionMode, beside: String?, now: Now,
        into effects: inout [ExchangeEffect]
    ) throws(CallRefusal) -> CallID {
        defer { settle(now: now, into: &effects) }
        return try calls.supervise(id, from: number, mode, beside: beside, context(now), into: &callEffects)
    }

    /// Parks the other party of a call and calls a number about it; returns the slot and that call.
    package mutating func parkAndPage(
        _ id: CallID, by number: String?, page: String, slot: String?, now: Now, into effects: inout [ExchangeEffect]
    ) throws(CallRefusal) -> (slot: String, page: CallID) {
        defer { settle(now: now, into: &effects) }
        return try calls.parkAndPage(id, by: number, page: page, slot: slot, context(now), into: &callEffects)
    }

    /// Notes something of a call that is up or over (nil: nothing any more); it is safe when the ticket is committed.
    package mutating func note(
        _ text: String?, of id: CallID, now: Now, into effects: inout [ExchangeEffect]
    ) -> CommitTicket {
        defer { settle(now: now, into: &effects) }
        if !calls.note(text, of: id, into: &callEffects), isWatched { effects.append(.publish(.callNoted(id, text))) }
        let ticket = newTicket()
        effects.append(.record(.callNoted(id, text), ticket))
        return ticket
    }

    /// Parks the other party of a call; returns the slot.
    package mutating func park(
        _ id: CallID, by number: String?, slot: String?, now: Now, into effects: inout [ExchangeEffect]
    ) throws(CallRefusal) -> String {
        defer { settle(now: now, into: &effects) }
        return try calls.park(id, by: number, slot: slot, context(now), into: &callEffects)
    }

    /// Rings an extension's phones for a call that waits or rings elsewhere.
    package mutating func fetch(
        _ waiting: WaitingCall, for number: String, now: Now, into effects: inout [ExchangeEffect]
    ) throws(CallRefusal) -> CallID {
        defer { settle(now: now, into: &effects) }
        return try calls.fetch(waiting, for: number, context(now), into: &callEffects)
    }

    /// Where a call of `caller` to `dialled` would go, without placing it.
    package func explain(dialled: String, caller: String) -> RouteDecision {
        DialPlan(directory: directory, settings: userSettings).decide(dialled: dialled, caller: caller)
    }

    /// From now on new calls are refused with 503; those that live go on.
    package mutating func drain() { calls.isDraining = true }

    /// Ends every call, for a stop whose patience is used up.
    package mutating func endAllCalls(cause: ReleaseCause, now: Now, into effects: inout [ExchangeEffect]) {
        for id in calls.calls.keys.sorted(by: { ($0.high, $0.low) < ($1.high, $1.low) }) {
            _ = calls.hangUp(id, cause: cause, context(now), into: &callEffects)
        }
        settle(now: now, into: &effects)
    }

    /// The media workers have this DTLS certificate: from now on phones may agree on keys by handshake.
    package mutating func useCertificate(_ fingerprint: CertificateFingerprint?) { calls.fingerprint = fingerprint }

    /// The store's queue is full, or has room again.
    package mutating func storeOverloaded(_ isOverloaded: Bool) { calls.isStoreOverloaded = isOverloaded }

    package var callSnapshots: [CallSnapshot] {
        calls.calls.values.filter { $0.state != .ended }
            .sorted { ($0.id.high, $0.id.low) < ($1.id.high, $1.id.low) }.map(\.snapshot)
    }

    package var extensionSnapshots: [ExtensionSnapshot] {
        let extensions = directory.extensions.values.map { entry in
            ExtensionSnapshot(
                number: entry.number, name: entry.displayName, kind: "extension",
                registrations: registrar.count(of: entry.number), calls: calls.callCount(of: entry.number),
                origin: entry.origin.description, settings: userSettings[entry.number])
        }
        let groups = directory.ringGroups.values.map { group in
            ExtensionSnapshot(
                number: group.number, name: group.displayName, kind: "ring group", registrations: 0, calls: 0,
                origin: group.origin.description)
        }
        return (extensions + groups).sorted { $0.number < $1.number }
    }
}
