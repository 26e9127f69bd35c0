import MediaControl
import PBXBase

/// What waits for room in the event ring. Events of sessions are bits in the sessions, chained through them, so that
/// noting one needs no memory and none is ever lost; only leases, which come from a command, are kept in arrays.
struct UnreportedEvents {
    private(set) var first: UnsafeMutablePointer<Session>?
    private var last: UnsafeMutablePointer<Session>?
    private var others: [MediaEvent] = []
    /// Digits and speakers that wait for a core that does not listen; beyond this they are lost.
    static let passingMax = 1_024
    private var missing: [(isIPv6: Bool, count: Int)] = []

    var isEmpty: Bool { first == nil && others.isEmpty && missing.isEmpty }

    /// Room for what is noted while sound is made.
    init() { others.reserveCapacity(Self.passingMax) }

    mutating func add(_ event: MediaEvent) {
        switch event {
        case .digit, .speaking: if others.count < Self.passingMax { others.append(event) }
        default: others.append(event)
        }
    }

    mutating func add(_ leases: [PortLease]) {
        if !leases.isEmpty { others.append(.leased(leases)) }
    }

    mutating func addMissing(_ count: Int, isIPv6: Bool) { missing.append((isIPv6, count)) }

    mutating func add(_ session: UnsafeMutablePointer<Session>) {
        guard !session.pointee.isPendingListed else { return }
        session.pointee.isPendingListed = true
        session.pointee.nextPending = nil
        if let last { last.pointee.nextPending = session } else { first = session }
        last = session
    }

    mutating func removeFirst() {
        guard let session = first else { return }
        first = session.pointee.nextPending
        if first == nil { last = nil }
        session.pointee.nextPending = nil
        session.pointee.isPendingListed = false
    }

    /// Hands over leases and shortages in order until `report` says that there is no room.
    mutating func reportOthers(worker: UInt8, _ report: (MediaEvent) -> Bool) -> Bool {
        while let event = others.first {
            guard report(event) else { return false }
            others.removeFirst()
        }
        while let shortage = missing.first {
            guard report(.leasesExhausted(worker: worker, isIPv6: shortage.isIPv6, missing: shortage.count)) else {
                return false
            }
            missing.removeFirst()
        }
        return true
    }
}

extension MediaWorker where IO: ~Copyable {
    mutating func note(_ event: Session.PendingEvents, of session: UnsafeMutablePointer<Session>) {
        session.pointee.pendingEvents.insert(event)
        unreported.add(session)
    }

    mutating func tell(_ event: MediaEvent) { unreported.add(event) }

    /// Puts what happened into the event ring, as far as there is room.
    mutating func report() {
        guard !unreported.isEmpty else { return }
        let channel = channel
        guard unreported.reportOthers(worker: index, { channel.report($0) }) else { return }
        while let session = unreported.first {
            while let (bit, event) = nextEvent(of: session) {
                guard channel.report(event) else { return }
                session.pointee.pendingEvents.remove(bit)
                if bit == .released { session.pointee.forgetHeardSound() }
            }
            unreported.removeFirst()
        }
    }

    private func nextEvent(of session: UnsafeMutablePointer<Session>) -> (Session.PendingEvents, MediaEvent)? {
        let port = MediaPortID(worker: index, slot: session.pointee.slot)
        let pending = session.pointee.pendingEvents
        if pending.contains(.figures) { return (.figures, .figures(port, figures(of: session))) }
        if pending.contains(.latched), let remote = session.pointee.learnedRTP {
            return (.latched, .latched(port, remote: remote))
        }
        if pending.contains(.silent) { return (.silent, .silent(port, afterSeconds: session.pointee.silentSeconds)) }
        if pending.contains(.refused) { return (.refused, .refused(port)) }
        if pending.contains(.released) { return (.released, .released(port, figures(of: session))) }
        return nil
    }
}
