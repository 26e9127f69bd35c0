import MediaControl
import MediaSecurity
import PBXBase
import RTPGrammar

extension MediaWorker where IO: ~Copyable {
    /// Begins to look for the peer's real address; without latching that is the announced one.
    mutating func startLearning(_ session: UnsafeMutablePointer<Session>) {
        forgetPeer(session)
        if session.pointee.latching == .off, let remote = session.pointee.announcedRTP {
            settle(session, on: remote)
        }
    }

    mutating func forgetPeer(_ session: UnsafeMutablePointer<Session>) {
        if session.pointee.isConnected { io.disconnect(session.pointee.rtpSocket) }
        session.pointee.isConnected = false
        if let learned = session.pointee.learnedRTP { session.pointee.formerRTP = learned }
        session.pointee.learnedRTP = nil
        session.pointee.learnedRTCP = nil
        session.pointee.probation = LatchProbation()
        session.pointee.pendingEvents.remove(.latched)
    }

    /// Judges the source of a datagram on an RTP socket that is not connected; settles on it when it convinces. True
    /// when the packet is the peer's.
    mutating func isFromPeer(
        _ datagram: Span<UInt8>, source: Endpoint, _ session: UnsafeMutablePointer<Session>
    ) -> Bool {
        if let learned = session.pointee.learnedRTP { return source == learned }
        // Without an announced address nobody is expected.
        guard session.pointee.latching == .learnOnce, let announced = session.pointee.announcedRTP,
            let header = try? RTPHeader(datagram), session.pointee.payloadTypes[header.payloadType] != nil
        else { return false }
        let isBelieved =
            source == announced
            || session.pointee.probation.isBelieved(
                header, from: source, isFormer: source == session.pointee.formerRTP, now: now)
        guard isBelieved else { return false }
        note(.latched, of: session)
        return true
    }

    /// Takes `remote` for the peer and has the kernel keep others away, if it can. What others had queued by then is
    /// dropped here.
    mutating func settle(_ session: UnsafeMutablePointer<Session>, on remote: Endpoint) {
        session.pointee.learnedRTP = remote
        session.pointee.isConnected = connect(session, to: remote)
        guard session.pointee.isConnected else { return }
        for _ in 0..<Self.drainMax {
            var source: Endpoint?
            let count = io.receive(session.pointee.rtpSocket, into: packet, source: &source)
            if count == SocketResult.wouldBlock { return }
            guard count >= 0 else { continue }
            if source == remote {
                if let security = session.pointee.security {
                    protectedReceived(count, from: remote, session, through: security)
                } else {
                    rtpReceived(count, session)
                }
            } else {
                session.pointee.packetsDropped &+= 1
            }
        }
    }

    /// Connects the RTP socket, unless the peer would then not reach it any more: connecting a socket that is bound to
    /// every address binds it to the one that the route to the peer suggests, and the peer may have been told another.
    private mutating func connect(_ session: UnsafeMutablePointer<Session>, to remote: Endpoint) -> Bool {
        let socket = session.pointee.rtpSocket
        // Fax packets are told from others where a socket is not connected, so that the way of RTP has no test for it.
        guard !session.pointee.takesFax else { return false }
        guard session.pointee.security?.pointee.hasOneSource ?? true, io.connect(socket, to: remote) == 0 else {
            return false
        }
        guard let local = session.pointee.local, io.localAddress(of: socket) != local else { return true }
        io.disconnect(socket)
        return false
    }

    /// Judges the source of a well-formed RTCP datagram. It may differ from the RTP source by port (a NAT maps each
    /// apart), so the first one from a known host is kept.
    func isRTCPFromPeer(source: Endpoint, _ session: UnsafeMutablePointer<Session>) -> Bool {
        if let learned = session.pointee.learnedRTCP { return source == learned }
        let isAnnounced = source == session.pointee.announcedRTCP
        let isPeersHost =
            session.pointee.latching == .learnOnce && source.address == session.pointee.learnedRTP?.address
        guard isAnnounced || isPeersHost else { return false }
        session.pointee.learnedRTCP = source
        return true
    }
}
