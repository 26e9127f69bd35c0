import MediaControl
import MediaSecurity
import PBXBase

/// Ports whose packets are protected, or whose peer proves by connectivity checks where it is. Their sockets are not
/// connected, as checks and handshakes may come from elsewhere.
extension MediaWorker where IO: ~Copyable {
    mutating func applySecurity(_ plan: MediaPlan, to session: UnsafeMutablePointer<Session>) {
        guard session.pointee.security != nil || plan.security != .plain || plan.ice != nil else { return }
        let port = MediaPortID(worker: index, slot: session.pointee.slot)
        if session.pointee.security == nil, let identity {
            let security = UnsafeMutablePointer<LegSecurity>.allocate(capacity: 1)
            security.initialize(to: LegSecurity(identity: identity))
            session.pointee.security = security
        }
        guard let security = session.pointee.security,
            (try? security.pointee.apply(plan.security, ice: plan.ice, now: now)) != nil
        else {
            tell(.securityFailed(port, .internalError))
            return
        }
        attend(to: security, of: session)
    }

    mutating func endSecurity(of session: UnsafeMutablePointer<Session>) {
        guard let security = session.pointee.security else { return }
        security.pointee.close()
        attend(to: security, of: session)
        session.pointee.security = nil
        security.deinitialize(count: 1)
        security.deallocate()
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
        switch security.pointee.receive(packet, count: count, from: source, now: now) {
        case .rtp(count: let count), .rtcp(count: let count):
            if isFromPeer(received(count).span, source: source, session) {
                session.pointee.learnedRTP = source
                rtpReceived(count, session)
            } else {
                session.pointee.packetsDropped &+= 1
            }
        case .answer(count: let count):
            let answer = UnsafeRawBufferPointer(rebasing: packet[..<count])
            _ = io.send(session.pointee.rtpSocket, answer, to: source, from: session.pointee.local)
        case .consumed: break
        case .refused: session.pointee.packetsDropped &+= 1
        }
        attend(to: security, of: session)
    }

    /// The length of the RTCP datagram in `packet` once it is plain; nil when it is none.
    func plainRTCP(
        _ count: Int, from source: Endpoint, _ session: UnsafeMutablePointer<Session>
    ) -> Int? {
        guard let security = session.pointee.security else { return count }
        let arrival = security.pointee.receive(packet, count: count, from: source, now: now)
        if case .rtcp(count: let plain) = arrival { return plain }
        return nil
    }

    /// Makes the packet of `count` bytes in `packet` fit for the peer of `session`; nil when it must not be sent.
    func protect(_ count: Int, isRTCP: Bool, for session: UnsafeMutablePointer<Session>) -> Int? {
        guard let security = session.pointee.security else { return count }
        guard count + LegSecurity.roomBytes <= packet.count else { return nil }
        return isRTCP
            ? security.pointee.protectRTCP(packet, count: count) : security.pointee.protectRTP(packet, count: count)
    }

    /// Has a handshake repeat what was not answered.
    mutating func watchSecurity(of session: UnsafeMutablePointer<Session>) {
        guard let security = session.pointee.security, let deadline = security.pointee.deadline, deadline <= now else {
            return
        }
        security.pointee.timeout(now: now)
        attend(to: security, of: session)
    }

    /// Sends what handshakes have to say and tells what came of them.
    private mutating func attend(
        to security: UnsafeMutablePointer<LegSecurity>, of session: UnsafeMutablePointer<Session>
    ) {
        while let datagram = security.pointee.nextDatagram() {
            guard let target = datagram.target ?? session.pointee.rtpTarget else { continue }
            _ = datagram.bytes.withUnsafeBytes {
                io.send(session.pointee.rtpSocket, $0, to: target, from: session.pointee.local)
            }
        }
        let port = MediaPortID(worker: index, slot: session.pointee.slot)
        while let event = security.pointee.nextEvent() {
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
    }
}
