import MediaControl
import PBXBase

/// What a port does until it shares keys with its peer: one handshake as client, as server as many as there are
/// addresses that prove to be there, up to a limit. The first whose certificate is the peer's wins; a stranger's may
/// fail, stall or come first without being the end of the call.
///
///     waiting ──handshake with the right certificate──▶ established ──close_notify──▶ over
///       ├── another address: one more candidate          (the other candidates are dropped)
///       ├── candidate fails: dropped, and said after `failureGrace`, unless the peer has come by then
///       └── `failuresMax` have failed, or as client `attemptsMax`: over, and said at once
struct DTLSAssociation: ~Copyable {
    /// Handshakes at once; each keeps some 60 KB.
    static let candidatesMax = 4
    /// A candidate is left alone for this long before another address may have its place.
    static let candidateAgeMin = Interval.seconds(2)
    /// How often we try as client.
    static let attemptsMax = 3
    /// Failures of one host after which it is not listened to any more, so that it cannot keep us busy.
    static let failuresOfHostMax = 4
    /// Failures of all hosts before the port gives up.
    static let failuresMax = 32
    /// So long after a failure the right peer may still come.
    static let failureGrace = Interval.seconds(3)

    enum Outcome {
        case secured(DTLSKeys, remote: Endpoint)
        case failed(SecurityFailure)
    }

    private let plan: DTLSPlan
    private let identity: DTLSIdentity
    /// Connectivity checks have shown that whoever gets here is the peer.
    private let arePeersChecked: Bool
    /// On the heap, as OpenSSL's callbacks and arrays of move-only values want it.
    private var candidates: [UnsafeMutablePointer<DTLSHandshake>] = []
    private var isEstablished = false
    /// Where the handshakes came from that failed.
    private var failedHosts: [IPAddress] = []
    private var pendingFailure: SecurityFailure?
    private var reportsFailureAt: Instant?
    private var outcomes: [Outcome] = []
    /// What handshakes that are gone still had to say.
    private var farewells: [(bytes: [UInt8], target: Endpoint?)] = []

    init(_ plan: DTLSPlan, identity: DTLSIdentity, arePeersChecked: Bool) throws(MediaSecurityError) {
        self.plan = plan
        self.identity = identity
        self.arePeersChecked = arePeersChecked
        try addCandidate()
    }

    deinit { for candidate in candidates { Self.destroy(candidate) } }

    /// As client, makes the first message; a server waits for it.
    mutating func start(now: Instant) {
        for candidate in candidates { candidate.pointee.start(now: now) }
        settle(now: now)
    }

    /// Takes a datagram that looks like DTLS.
    mutating func receive(_ datagram: UnsafeRawBufferPointer, from source: Endpoint, now: Instant) {
        guard let candidate = candidate(for: source, now: now) else { return }
        candidate.pointee.receive(datagram, from: source, now: now)
        settle(now: now)
    }

    /// When `timeout` is due; nil when nothing is pending.
    var deadline: Instant? {
        var earliest = reportsFailureAt
        for candidate in candidates { earliest = .earliest(earliest, candidate.pointee.deadline) }
        return earliest
    }

    mutating func timeout(now: Instant) {
        for candidate in candidates { candidate.pointee.timeout(now: now) }
        settle(now: now)
        if let reportsFailureAt, now >= reportsFailureAt { reportFailure() }
    }

    /// Tells the peer that the association ends.
    mutating func close() { for candidate in candidates { candidate.pointee.close() } }

    /// What is to be sent, and where to; no address: where RTP goes.
    mutating func nextDatagram() -> (bytes: [UInt8], target: Endpoint?)? {
        if !farewells.isEmpty { return farewells.removeFirst() }
        for candidate in candidates {
            if let bytes = candidate.pointee.nextDatagram() { return (bytes, candidate.pointee.target) }
        }
        return nil
    }

    mutating func nextOutcome() -> Outcome? { outcomes.isEmpty ? nil : outcomes.removeFirst() }

    // MARK: - Candidates

    /// Whom a datagram from `source` is for.
    private mutating func candidate(for source: Endpoint, now: Instant) -> UnsafeMutablePointer<DTLSHandshake>? {
        if isEstablished || plan.role == .client || arePeersChecked { return candidates.first }
        if let known = candidates.first(where: { $0.pointee.remote == source }) { return known }
        guard failedHosts.count(where: { $0 == source.address }) < Self.failuresOfHostMax else { return nil }
        // One that waits serves all addresses until one of them has proved itself.
        if let waiting = candidates.first(where: { $0.pointee.remote == nil }) { return waiting }
        if candidates.count == Self.candidatesMax {
            guard let oldest = candidates.first, let began = oldest.pointee.startedAt,
                now - began >= Self.candidateAgeMin
            else { return nil }
            remove(oldest)
        }
        try? addCandidate()
        return candidates.last { $0.pointee.remote == nil }
    }

    private mutating func addCandidate() throws(MediaSecurityError) {
        let made = try DTLSHandshake(plan, identity: identity, verifiesAddress: !arePeersChecked)
        let place = UnsafeMutablePointer<DTLSHandshake>.allocate(capacity: 1)
        place.initialize(to: made)
        candidates.append(place)
    }

    private mutating func remove(_ candidate: UnsafeMutablePointer<DTLSHandshake>) {
        while farewells.count < DTLSWire.datagramsMax, let bytes = candidate.pointee.nextDatagram() {
            farewells.append((bytes, candidate.pointee.target))
        }
        candidates.removeAll { $0 == candidate }
        Self.destroy(candidate)
    }

    private static func destroy(_ candidate: UnsafeMutablePointer<DTLSHandshake>) {
        candidate.deinitialize(count: 1)
        candidate.deallocate()
    }

    // MARK: - Outcomes

    /// Looks at what the candidates have come to.
    private mutating func settle(now: Instant) {
        for candidate in candidates {
            switch candidate.pointee.state {
            case .waiting, .handshaking: continue
            case .secured:
                guard !isEstablished, let keys = candidate.pointee.takeKeys(), let remote = candidate.pointee.remote
                else { continue }
                isEstablished = true
                reportsFailureAt = nil
                for other in candidates where other != candidate { remove(other) }
                outcomes.append(.secured(keys, remote: remote))
                return
            case .failed(let failure): candidateFailed(candidate, failure, now: now)
            }
        }
    }

    private mutating func candidateFailed(
        _ candidate: UnsafeMutablePointer<DTLSHandshake>, _ failure: SecurityFailure, now: Instant
    ) {
        failedHosts.append(candidate.pointee.target?.address ?? .ipv4Any)
        remove(candidate)
        pendingFailure = failure
        let triesMax = plan.role == .client ? Self.attemptsMax : Self.failuresMax
        let isClientUnanswered = plan.role == .client && failure == .timedOut
        guard !isEstablished, !isClientUnanswered, failedHosts.count < triesMax else { return reportFailure() }
        if candidates.isEmpty { try? addCandidate() }
        if plan.role == .client { candidates.first?.pointee.start(now: now) }
        if arePeersChecked {
            reportFailure()
        } else if reportsFailureAt == nil {
            reportsFailureAt = now + Self.failureGrace
        }
    }

    private mutating func reportFailure() {
        reportsFailureAt = nil
        guard let failure = pendingFailure else { return }
        pendingFailure = nil
        outcomes.append(.failed(failure))
    }
}
