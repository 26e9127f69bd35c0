import MediaControl
import MediaSecurity
import PBXBase
import RTPGrammar

/// Ports whose packets are protected, or whose peer proves by connectivity checks where it is. Their sockets are
/// connected only where there are neither checks nor handshakes, which may come from elsewhere.
extension MediaWorker where IO: ~Copyable {
    mutating func applySecurity(_ plan: MediaPlan, to session: UnsafeMutablePointer<Session>) {
        let isProtected = plan.security != .plain || plan.ice != nil
        session.pointee.security = applied(plan, to: session.pointee.security, isNeeded: isProtected, of: session)
        // Checks and handshakes belong to one socket; keys from SDP serve both.
        var isOwn = plan.ice != nil
        if case .dtls = plan.security { isOwn = true }
        if isOwn, !plan.hasRTCPMux {
            session.pointee.rtcpSecurity = applied(
                plan, to: session.pointee.rtcpSecurity, isNeeded: true, of: session)
        } else {
            discard(session.pointee.rtcpSecurity)
            session.pointee.rtcpSecurity = nil
        }
        // Checks and handshakes come from elsewhere, too; a packet that comes meanwhile is judged by its source again.
        if session.pointee.isConnected, session.pointee.security?.pointee.hasOneSource == false {
            io.disconnect(session.pointee.rtpSocket)
            session.pointee.isConnected = false
        }
        attend(to: session)
    }

    /// The protection of one socket in step with a plan; made when there is none and one `isNeeded`.
    private mutating func applied(
        _ plan: MediaPlan, to security: UnsafeMutablePointer<LegSecurity>?, isNeeded: Bool,
        of session: UnsafeMutablePointer<Session>
    ) -> UnsafeMutablePointer<LegSecurity>? {
        guard security != nil || isNeeded else { return nil }
        let security = security ?? makeSecurity()
        guard let security, (try? security.pointee.apply(plan.security, ice: plan.ice, now: now)) != nil else {
            tell(.securityFailed(MediaPortID(worker: index, slot: session.pointee.slot), .internalError))
            return security
        }
        return security
    }

    private mutating func makeSecurity() -> UnsafeMutablePointer<LegSecurity>? {
        guard let identity else { return nil }
        protectedCount += 1
        let security = UnsafeMutablePointer<LegSecurity>.allocate(capacity: 1)
        security.initialize(to: LegSecurity(identity: identity))
        return security
    }

    private mutating func discard(_ security: UnsafeMutablePointer<LegSecurity>?) {
        guard let security else { return }
        protectedCount -= 1
        security.deinitialize(count: 1)
        security.deallocate()
    }

    mutating func endSecurity(of session: UnsafeMutablePointer<Session>) {
        session.pointee.security?.pointee.close()
        session.pointee.rtcpSecurity?.pointee.close()
        attend(to: session)
        discard(session.pointee.security)
        discard(session.pointee.rtcpSecurity)
        session.pointee.security = nil
        session.pointee.rtcpSecurity = nil
    }

    /// Has the keys of the packets to come fetched while earlier ones are sent.
    func prefetch(from index: Int, of count: Int) {
        guard protectedCount > 0 else { return }
        if index + 2 < count, let session = sessions[io.readySocket(index + 2).slot] {
            session.pointee.security?.pointee.prefetch(isReceiving: true)
            session.pointee.sink?.pointee.security?.pointee.prefetch(isReceiving: false)
        }
        if index + 1 < count, let session = sessions[io.readySocket(index + 1).slot] {
            session.pointee.security?.pointee.prefetchMore(isReceiving: true)
            session.pointee.sink?.pointee.security?.pointee.prefetchMore(isReceiving: false)
        }
    }

    /// Reads one datagram from an RTP socket whose packets are protected.
    mutating func rtpReadable(
        _ session: UnsafeMutablePointer<Session>, through security: UnsafeMutablePointer<LegSecurity>
    ) {
        var source: Endpoint?
        let count = io.receive(session.pointee.rtpSocket, into: packet, source: &source)
        guard count >= 0, session.pointee.isActive else { return }
        guard count <= packet.count, let source else {
            session.pointee.packetsDropped &+= 1
            return
        }
        if isPostponed(count, from: source, session, isRTCP: false) { return }
        protectedReceived(count, from: source, session, through: security)
    }

    /// Takes a datagram of `count` bytes in `packet` that came to an RTP socket whose packets are protected.
    mutating func protectedReceived(
        _ count: Int, from source: Endpoint, _ session: UnsafeMutablePointer<Session>,
        through security: UnsafeMutablePointer<LegSecurity>
    ) {
        switch security.pointee.receive(packet, count: count, from: source, now: now) {
        case .rtp(count: let count), .rtcp(count: let count):
            let isKnown = session.pointee.learnedRTP == source
            if isKnown || isFromPeer(received(count).span, source: source, session) {
                session.pointee.learnedRTP = source
                rtpReceived(count, session)
                if !isKnown, security.pointee.hasOneSource { settle(session, on: source) }
            } else {
                session.pointee.packetsDropped &+= 1
            }
            return
        case .answer(count: let count):
            let answer = UnsafeRawBufferPointer(rebasing: packet[..<count])
            _ = io.send(session.pointee.rtpSocket, answer, to: source, from: session.pointee.local)
        case .consumed: break
        case .refused:
            session.pointee.packetsDropped &+= 1
            return
        }
        attend(to: session)
    }

    /// The length of the RTCP datagram in `packet` once it is plain; nil when it is none.
    mutating func plainRTCP(
        _ count: Int, from source: Endpoint, _ session: UnsafeMutablePointer<Session>
    ) -> Int? {
        guard let security = session.pointee.rtcpSecurity ?? session.pointee.security else { return count }
        let arrival = security.pointee.receive(packet, count: count, from: source, now: now)
        switch arrival {
        case .rtcp(count: let plain): return plain
        case .answer(count: let count):
            let answer = UnsafeRawBufferPointer(rebasing: packet[..<count])
            _ = io.send(session.pointee.rtcpSocket, answer, to: source, from: session.pointee.local)
            attend(to: session)
        case .consumed: attend(to: session)
        case .rtp, .refused: break
        }
        return nil
    }

    /// Makes the packet of `count` bytes in `packet` fit for the peer of `session`; nil when it must not be sent.
    func protect(_ count: Int, isRTCP: Bool, for session: UnsafeMutablePointer<Session>) -> Int? {
        guard let security = session.pointee.security else { return count }
        guard count + LegSecurity.roomBytes <= packet.count else { return nil }
        if isRTCP { return (session.pointee.rtcpSecurity ?? security).pointee.protectRTCP(packet, count: count) }
        return security.pointee.protectRTP(packet, count: count)
    }
}

/// When handshakes go on: not so many at once that the sound of others waits, and no later than their own timers say.
extension MediaWorker where IO: ~Copyable {
    /// Keeps a datagram of a handshake for a later turn when this one has seen enough of them.
    mutating func isPostponed(
        _ count: Int, from source: Endpoint, _ session: UnsafeMutablePointer<Session>, isRTCP: Bool
    ) -> Bool {
        guard count >= 2, DatagramKind(firstByte: packet[0], secondByte: packet[1]) == .dtls else { return false }
        if handshakes.mayStep() { return false }
        let isKept = handshakes.postpone(
            .init(
                slot: session.pointee.slot, epoch: session.pointee.epoch, isRTCP: isRTCP, source: source,
                bytes: Array(received(count))))
        if !isKept { session.pointee.packetsDropped &+= 1 }
        return true
    }

    /// Goes on with the handshakes that waited for this turn, and repeats what was not answered.
    mutating func workOffHandshakes() {
        while let waiting = handshakes.next() {
            guard let session = sessions[waiting.slot], session.pointee.isActive,
                session.pointee.epoch == waiting.epoch
            else { continue }
            packet.copyBytes(from: waiting.bytes)
            if waiting.isRTCP {
                _ = plainRTCP(waiting.bytes.count, from: waiting.source, session)
            } else if let security = session.pointee.security {
                protectedReceived(waiting.bytes.count, from: waiting.source, session, through: security)
            }
        }
        guard let deadline = handshakes.deadline, deadline <= now else { return }
        handshakes.deadline = nil
        for index in 0..<sessions.activeCount {
            guard let session = sessions[sessions.activeSlot(at: index)], session.pointee.security != nil else {
                continue
            }
            for security in [session.pointee.security, session.pointee.rtcpSecurity] {
                guard let security, let deadline = security.pointee.deadline, deadline <= now else { continue }
                security.pointee.timeout(now: now)
            }
            attend(to: session)
        }
    }

    /// Sends what handshakes have to say and tells what came of them.
    private mutating func attend(to session: UnsafeMutablePointer<Session>) {
        if let security = session.pointee.security { attend(to: security, isRTCP: false, of: session) }
        if let security = session.pointee.rtcpSecurity { attend(to: security, isRTCP: true, of: session) }
    }

    private mutating func attend(
        to security: UnsafeMutablePointer<LegSecurity>, isRTCP: Bool, of session: UnsafeMutablePointer<Session>
    ) {
        let socket = isRTCP ? session.pointee.rtcpSocket : session.pointee.rtpSocket
        while let datagram = security.pointee.nextDatagram() {
            let usual = isRTCP ? session.pointee.rtcpTarget : session.pointee.rtpTarget
            guard let target = datagram.target ?? usual else { continue }
            _ = datagram.bytes.withUnsafeBytes { io.send(socket, $0, to: target, from: session.pointee.local) }
        }
        while let event = security.pointee.nextEvent() {
            // Reports that cannot be sent are no reason to end a call.
            if isRTCP { rtcpSecurityChanged(event, of: session) } else { securityChanged(event, of: session) }
        }
        handshakes.deadline = .earliest(handshakes.deadline, security.pointee.deadline)
    }

    private mutating func securityChanged(_ event: LegSecurity.Event, of session: UnsafeMutablePointer<Session>) {
        let port = MediaPortID(worker: index, slot: session.pointee.slot)
        switch event {
        case .selected(let remote):
            session.pointee.learnedRTP = remote
            note(.latched, of: session)
        case .secured(let profile, let remote):
            if session.pointee.learnedRTP == nil { session.pointee.learnedRTP = remote }
            tell(.secured(port, profile))
        case .failed(let failure): tell(.securityFailed(port, failure))
        }
    }

    private func rtcpSecurityChanged(_ event: LegSecurity.Event, of session: UnsafeMutablePointer<Session>) {
        switch event {
        case .selected(let remote): session.pointee.learnedRTCP = remote
        case .secured(_, let remote):
            if session.pointee.learnedRTCP == nil { session.pointee.learnedRTCP = remote }
        case .failed: break
        }
    }
}
