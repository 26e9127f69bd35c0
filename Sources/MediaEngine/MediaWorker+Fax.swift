import AudioDSP
import MediaControl
import PBXBase
import RTPGrammar

/// Calls whose fax packets are passed on, or turned into sound and back.
extension MediaWorker where IO: ~Copyable {
    /// Carries out what a plan says about fax. A gateway's line may have its plan before or after it.
    mutating func applyFax(_ plan: MediaPlan, to session: UnsafeMutablePointer<Session>) {
        session.pointee.takesFax = plan.takesFax
        switch plan.fax {
        case .gateway(let parameters): beginGateway(parameters, of: session)
        case .machine(let parameters):
            session.pointee.hasFaxMachine = true
            guard let parameters, let fax = session.pointee.fax, fax.pointee.parameters == nil else { return }
            leaveLine(fax)
            fax.pointee.changeToPackets(parameters)
        case .passedOn, .line, nil:
            session.pointee.hasFaxMachine = false
            endFax(of: session)
        }
    }

    private mutating func beginGateway(_ parameters: FaxParameters, of session: UnsafeMutablePointer<Session>) {
        guard let other = session.pointee.sink else { return endFax(of: session) }
        if let fax = session.pointee.fax {
            if fax.pointee.parameters == parameters, fax.pointee.line?.pointee.session == other { return }
            endFax(of: session)
        }
        guard let gateway = FaxGateway(T38Settings(parameters)) else { return }
        begin(FaxLine(.gateway(gateway), parameters, session: session, line: audio(of: other)))
    }

    /// Puts a machine of ours at a port.
    mutating func begin(_ feed: FaxFeed) {
        guard let session = sessions[feed.transmission.port.slot], session.pointee.isActive,
            session.pointee.hasFaxMachine, session.pointee.fax == nil
        else { return feed.hangUp() }
        begin(FaxLine(.machine(feed), nil, session: session, line: audio(of: session)))
    }

    private mutating func begin(_ made: consuming FaxLine) {
        let fax = UnsafeMutablePointer<FaxLine>.allocate(capacity: 1)
        fax.initialize(to: made)
        fax.pointee.session.pointee.fax = fax
        sound.faxes.append(fax)
        guard let line = fax.pointee.line else { return }
        line.pointee.fax = fax
        preparePacketizer(line)
        sourceChanged(line)
    }

    /// Ends what is at a port that has to do with fax.
    mutating func endFax(of session: UnsafeMutablePointer<Session>) {
        guard let fax = session.pointee.fax else { return }
        session.pointee.fax = nil
        sound.faxes.removeAll { $0 == fax }
        leaveLine(fax)
        FaxLine.destroy(fax)
        soundChanged()
    }

    /// No sound is heard or sent any more.
    private mutating func leaveLine(_ fax: UnsafeMutablePointer<FaxLine>) {
        guard let line = fax.pointee.line else { return }
        fax.pointee.line = nil
        line.pointee.fax = nil
        sourceChanged(line)
        discardSoundIfIdle(line.pointee.session)
    }

    /// Reads one datagram from a port that takes fax packets.
    mutating func faxReadable(_ session: UnsafeMutablePointer<Session>) {
        var source: Endpoint?
        let count = io.receive(session.pointee.rtpSocket, into: packet, source: &source)
        guard count >= 0, session.pointee.isActive else { return }
        guard count <= packet.count, let source, (try? UDPTLDatagram(received(count).span)) != nil,
            isFaxPeer(source, session), session.pointee.receives
        else {
            session.pointee.packetsDropped &+= 1
            return
        }
        session.pointee.faxPacketsReceived &+= 1
        session.pointee.bytesReceived &+= UInt64(count)
        if let fax = session.pointee.fax {
            fax.pointee.received(received(count).span)
        } else if let sink = sink(of: session), sink.pointee.takesFax, sendFax(count, to: sink) {
            pacing.forwarded()
        } else {
            session.pointee.packetsDropped &+= 1
        }
    }

    /// Judges where a well-formed datagram comes from: what the peer announced, else the host that its sound came from
    /// before, as behind a NAT both have one address. The first one is kept.
    private mutating func isFaxPeer(_ source: Endpoint, _ session: UnsafeMutablePointer<Session>) -> Bool {
        if let learned = session.pointee.learnedRTP { return source == learned }
        let isBelieved =
            source == session.pointee.announcedRTP
            || session.pointee.latching == .learnOnce
                && (source.address == session.pointee.formerRTP?.address
                    || source.address == session.pointee.announcedRTP?.address)
        guard isBelieved else { return false }
        session.pointee.learnedRTP = source
        note(.latched, of: session)
        return true
    }

    /// Sends what lies in `packet` to the peer of `sink`.
    private mutating func sendFax(_ count: Int, to sink: UnsafeMutablePointer<Session>) -> Bool {
        guard sink.pointee.sends else { return false }
        var result = transmit(count, to: sink)
        if result != 0, result != SocketResult.wouldBlock {
            takeRefusals(of: sink)
            result = transmit(count, to: sink)
        }
        guard result == 0 else { return false }
        sink.pointee.packetsSent &+= 1
        sink.pointee.bytesSent &+= UInt64(count)
        return true
    }

    /// One step of a call with a gateway or a machine of ours: what is heard at the line, and the packets sent.
    mutating func step(_ fax: UnsafeMutablePointer<FaxLine>) {
        let phase = Int(fax.pointee.session.pointee.slot) & 1
        guard sound.clock.isStep(milliseconds: FaxLine.stepMilliseconds, phase: phase) else { return }
        if let line = fax.pointee.line {
            fax.pointee.makeSound(into: UnsafeMutableBufferPointer(rebasing: sound.frame[..<FaxLine.stepSamples]))
            if line.pointee.packetizer?.append(sound.frame, FaxLine.stepSamples) == true { sendOwnPacket(of: line) }
        }
        if fax.pointee.parameters != nil {
            for _ in 0..<FaxLine.packetsPerStepMax where !sendNextDatagram(of: fax) { break }
        }
        fax.pointee.stepEnded()
    }

    /// False when there is nothing to send.
    private mutating func sendNextDatagram(of fax: UnsafeMutablePointer<FaxLine>) -> Bool {
        var bytes = UnsafeMutableBufferPointer(
            start: packet.baseAddress?.assumingMemoryBound(to: UInt8.self), count: packet.count
        ).mutableSpan
        guard let next = fax.pointee.nextDatagram(into: &bytes) else { return false }
        guard next.count > 0 else { return true }
        // An indicator is repeated, as nothing may follow for a while whose copies would make its loss good.
        for _ in 0..<next.copies { _ = sendFax(next.count, to: fax.pointee.session) }
        return true
    }
}

extension MediaPlan {
    /// Fax packets come and go at this port in place of RTP.
    var takesFax: Bool {
        switch fax {
        case .passedOn, .gateway, .machine(.some): true
        case .line, .machine(nil), nil: false
        }
    }
}
