import MediaControl
import PBXBase
import RTPGrammar

/// Requests for leases that are being worked off, a few pairs per turn, so that binding thousands of sockets does not
/// hold up the packets of running calls.
struct PreparationQueue {
    struct Request {
        var isIPv6: Bool
        var missing: Int
    }

    private(set) var requests: [Request] = []

    var isEmpty: Bool { requests.isEmpty }

    mutating func append(_ request: Request) { requests.append(request) }

    /// Takes up to `count` pairs of the first request.
    mutating func takeSome(_ count: Int) -> Request? {
        guard let first = requests.first else { return nil }
        let part = Request(isIPv6: first.isIPv6, missing: min(count, first.missing))
        requests[0].missing -= part.missing
        if requests[0].missing == 0 { requests.removeFirst() }
        return part
    }

    /// Drops the rest of all requests of a family; returns how many pairs they still wanted.
    mutating func cancel(isIPv6: Bool) -> Int {
        let missing = requests.reduce(0) { $1.isIPv6 == isIPv6 ? $0 + $1.missing : $0 }
        requests.removeAll { $0.isIPv6 == isIPv6 }
        return missing
    }
}

extension MediaWorker where IO: ~Copyable {
    mutating func carryOut(_ order: WorkerOrder) {
        switch order {
        case .command(let command): carryOut(command)
        case .play(let playback, let target, let feed): play(playback, at: target, feed)
        case .define(let music, let feed): define(music, feed)
        case .record(let recording, let feed): record(recording, feed)
        case .fax(let feed): begin(feed)
        }
    }

    private mutating func carryOut(_ command: MediaCommand) {
        switch command {
        case .apply(let assignments):
            for assignment in assignments {
                guard let session = sessions[assignment.port.slot] else { continue }
                apply(assignment.plan, to: session)
            }
        case .release(let ports):
            for port in ports {
                guard let session = sessions[port.slot] else { continue }
                release(session)
            }
        case .prepare(_, let count, let isIPv6):
            guard count > 0 else { return }
            preparations.append(.init(isIPv6: isIPv6, missing: count))
        case .change(let playback, let target, let change): self.change(playback, at: target, change)
        case .sendDigits(let port, let digits):
            if let session = sessions[port.slot] { sendDigits(digits, to: session) }
        case .stopRecording(let recording, _): stopRecording(recording)
        case .report(let ports):
            for port in ports {
                guard let session = sessions[port.slot], session.pointee.isActive else { continue }
                note(.figures, of: session)
            }
        case .play, .define, .record, .fax: preconditionFailure("what needs files comes with a feed")
        }
    }

    private mutating func apply(_ plan: MediaPlan, to session: UnsafeMutablePointer<Session>) {
        let isFirst = !session.pointee.isActive
        let local = sendingAddress(plan.local, of: session)
        let mustRelearn =
            isFirst || local != session.pointee.local || plan.latchGeneration != session.pointee.latchGeneration
            || plan.latching != session.pointee.latching || plan.takesFax != session.pointee.takesFax
            || (plan.latching == .off && plan.remote != session.pointee.announcedRTP)
        if isFirst {
            session.pointee.clearFigures()
            sessions.activate(session)
        }
        if plan.receives, isFirst || !session.pointee.receives {
            // What went by while the peer was held is no loss.
            session.pointee.reception.startOver()
            session.pointee.watchedSince = now
        }
        session.pointee.receives = plan.receives
        session.pointee.sends = plan.sends
        session.pointee.hasRTCPMux = plan.hasRTCPMux
        session.pointee.latching = plan.latching
        session.pointee.latchGeneration = plan.latchGeneration
        session.pointee.clockRate = UInt32(clamping: max(1, plan.clockRate))
        session.pointee.payloadTypes = PayloadTypeTable(plan)
        session.pointee.lawTable = plan.payloadTypes.lazy.compactMap(\.law).first.map { laws.table($0) }
        session.pointee.local = local
        session.pointee.announcedRTP = reachable(plan.remote, from: session)
        session.pointee.announcedRTCP = reachable(plan.remoteRTCP, from: session)
        session.pointee.silenceLimit = plan.silenceLimit
        session.pointee.wasSilenceReported = false
        session.pointee.wasRefusalReported = false
        session.pointee.sink = plan.sink.flatMap { $0.worker == index ? sessions[$0.slot] : nil }
        session.pointee.sinkEpoch = session.pointee.sink?.pointee.epoch ?? 0
        session.pointee.takesForwarded = plan.sends
        applySound(plan, to: session)
        applyFax(plan, to: session)
        applyStream(plan, to: session)
        applySecurity(plan, to: session)
        if mustRelearn { startLearning(session) }
    }

    /// Keeps the stream to the peer in step with the plan.
    private mutating func applyStream(_ plan: MediaPlan, to session: UnsafeMutablePointer<Session>) {
        // A phone that hears its own SSRC takes it for a collision (RFC 3550 §8.2).
        if plan.sink?.slot == session.pointee.slot { startStream(of: session) }
        let rate = session.pointee.sendingClockRate
        if session.pointee.stream.map({ $0.clockRate != rate }) ?? false {
            session.pointee.stream?.clockRateChanged(to: rate)
        }
    }

    /// nil when the sockets are bound to one address, which needs no choice, or cannot send from `local`.
    private func sendingAddress(_ local: IPAddress?, of session: UnsafeMutablePointer<Session>) -> IPAddress? {
        let bound = session.pointee.isIPv6 ? ipv6Address : ipv4Address
        guard let local, let bound, bound.isUnspecified, !local.isUnspecified, local.isIPv6 == bound.isIPv6 else {
            return nil
        }
        return local
    }

    /// nil when a socket of this family cannot reach it.
    private func reachable(_ remote: Endpoint?, from session: UnsafeMutablePointer<Session>) -> Endpoint? {
        guard let remote, remote.port != 0, !remote.address.isUnspecified,
            remote.address.isIPv6 == session.pointee.isIPv6
        else { return nil }
        return remote
    }

    private mutating func release(_ session: UnsafeMutablePointer<Session>) {
        endFax(of: session)
        endSound(of: session)
        endSecurity(of: session)
        sessions.deactivate(session)
        session.pointee.epoch &+= 1
        session.pointee.stream = nil
        session.pointee.sink = nil
        forgetPeer(session)
        drain(session.pointee.rtpSocket)
        drain(session.pointee.rtcpSocket)
        // What else there was to say about this lease is of no use any more.
        session.pointee.pendingEvents = []
        note(.released, of: session)
    }

    /// Reads away what is queued, so that it does not reach the next lease. Bounded: a flood may fill faster.
    private mutating func drain(_ socket: Int32) {
        for _ in 0..<Self.drainMax where io.receive(socket, into: packet) == SocketResult.wouldBlock { return }
    }

    /// Binds the next few of the pairs asked for.
    mutating func prepareSomePairs() {
        guard let request = preparations.takeSome(Self.pairsPerTurnMax) else { return }
        var leases: [PortLease] = []
        leases.reserveCapacity(request.missing)
        while leases.count < request.missing {
            guard let lease = openNextPair(isIPv6: request.isIPv6) else {
                let rest = preparations.cancel(isIPv6: request.isIPv6)
                unreported.addMissing(request.missing - leases.count + rest, isIPv6: request.isIPv6)
                break
            }
            leases.append(lease)
        }
        unreported.add(leases)
    }

    /// The next pair that can be bound, passing over ports that others have; nil when there is none.
    private mutating func openNextPair(isIPv6: Bool) -> PortLease? {
        guard let address = isIPv6 ? ipv6Address : ipv4Address else { return nil }
        let attempts = (isIPv6 ? ipv6Ports : ipv4Ports)?.count ?? 0
        for _ in 0..<attempts where !sessions.isFull {
            guard let port = isIPv6 ? ipv6Ports?.next() : ipv4Ports?.next() else { return nil }
            let rtp = Endpoint(address, port: port)
            let slot = UInt32(sessions.count)
            switch io.openPair(at: rtp, slot: slot) {
            case .portInUse: continue
            case .refused: return nil
            case .opened(let rtpSocket, let rtcpSocket):
                if isIPv6 { ipv6Ports?.take(port) } else { ipv4Ports?.take(port) }
                sessions.append(Session(slot: slot, isIPv6: isIPv6, rtpSocket: rtpSocket, rtcpSocket: rtcpSocket))
                return PortLease(
                    id: MediaPortID(worker: index, slot: slot), rtp: rtp, rtcp: Endpoint(address, port: port + 1))
            }
        }
        return nil
    }
}
