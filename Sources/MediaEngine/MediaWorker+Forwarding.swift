import PBXBase
import RTPGrammar

extension MediaWorker where IO: ~Copyable {
    /// Reads one datagram from an RTP socket and passes it on.
    mutating func rtpReadable(_ session: UnsafeMutablePointer<Session>) {
        guard session.pointee.isConnected else {
            if session.pointee.takesFax {
                faxReadable(session)
            } else if let security = session.pointee.security {
                rtpReadable(session, through: security)
            } else {
                rtpReadableFromAnyone(session)
            }
            return
        }
        let count = io.receive(session.pointee.rtpSocket, into: packet)
        guard count >= 0 else { return }
        if let security = session.pointee.security, let source = session.pointee.learnedRTP {
            protectedReceived(count, from: source, session, through: security)
        } else {
            rtpReceived(count, session)
        }
    }

    private mutating func rtpReadableFromAnyone(_ session: UnsafeMutablePointer<Session>) {
        var source: Endpoint?
        let count = io.receive(session.pointee.rtpSocket, into: packet, source: &source)
        guard count >= 0, session.pointee.isActive else { return }
        let wasLearned = session.pointee.learnedRTP != nil
        guard count <= packet.count, let source, isFromPeer(received(count).span, source: source, session) else {
            session.pointee.packetsDropped &+= 1
            return
        }
        // First the packet at hand, then those behind it.
        if !wasLearned { session.pointee.learnedRTP = source }
        rtpReceived(count, session)
        if !wasLearned { settle(session, on: source) }
    }

    /// Passes on the datagram of `count` bytes in `packet`, which came from the peer of `session`.
    mutating func rtpReceived(_ count: Int, _ session: UnsafeMutablePointer<Session>) {
        guard count >= RTPHeader.fixedBytes, count <= packet.count else {
            session.pointee.packetsDropped &+= 1
            return
        }
        if RTCPPacket.isRTCP(secondByte: packet[1]) {
            guard session.pointee.hasRTCPMux else {
                session.pointee.packetsDropped &+= 1
                return
            }
            rtcpReceived(count, session)
            return
        }
        guard session.pointee.receives else { return }
        guard let header = try? RTPHeader(received(count).span),
            let forwardedType = session.pointee.payloadTypes[header.payloadType]
        else {
            session.pointee.packetsDropped &+= 1
            return
        }
        session.pointee.reception.packetReceived(header, now: now, clockRate: session.pointee.clockRate)
        session.pointee.bytesReceived &+= UInt64(count)
        if let audio = session.pointee.audio, !soundReceived(header, audio) { return }
        guard let sink = sink(of: session) else {
            session.pointee.packetsDropped &+= 1
            return
        }
        guard sink.pointee.takesForwarded else { return }
        forward(header, as: forwardedType, count, from: session, to: sink)
    }

    /// Sends what lies in `packet` to the peer of `sink`, as part of the stream that it knows.
    private mutating func forward(
        _ header: RTPHeader, as payloadType: UInt8, _ count: Int, from session: UnsafeMutablePointer<Session>,
        to sink: UnsafeMutablePointer<Session>
    ) {
        pacing.forwarded()
        let isFirst = sink.pointee.stream == nil
        if isFirst { adopt(header, for: sink) }
        guard var forwarded = sink.pointee.stream?.forward(header, now: now) else {
            session.pointee.packetsDropped &+= 1
            return
        }
        forwarded.payloadType = payloadType & ~PayloadTypeTable.lawChanges
        if payloadType & PayloadTypeTable.lawChanges != 0, let table = session.pointee.lawTable {
            for index in header.payload { packet[index] = table[Int(packet[index])] }
        }
        if isFirst { forwarded.marker = header.marker }
        write(forwarded)
        if sendRTP(count, to: sink) {
            sink.pointee.packetsSent &+= 1
            sink.pointee.bytesSent &+= UInt64(count)
        } else {
            session.pointee.packetsDropped &+= 1
        }
    }

    /// The first source of a stream gives it its numbers: a call that is only forwarded shows the same packets on both
    /// sides of us.
    private func adopt(_ header: RTPHeader, for sink: UnsafeMutablePointer<Session>) {
        sink.pointee.stream = RTPSendStream(
            ssrc: header.ssrc, clockRate: sink.pointee.sendingClockRate, firstSequence: header.sequenceNumber,
            firstTimestamp: header.timestamp)
    }

    /// Reads one datagram from an RTCP socket and passes it on.
    mutating func rtcpReadable(_ session: UnsafeMutablePointer<Session>) {
        var source: Endpoint?
        let count = io.receive(session.pointee.rtcpSocket, into: packet, source: &source)
        guard count >= 0, session.pointee.isActive else { return }
        if let source, session.pointee.rtcpSecurity != nil, count <= packet.count,
            isPostponed(count, from: source, session, isRTCP: true)
        {
            return
        }
        guard count <= packet.count, let source, let count = plainRTCP(count, from: source, session), isRTCP(count),
            isRTCPFromPeer(source: source, session)
        else {
            session.pointee.packetsDropped &+= 1
            return
        }
        rtcpTaken(count, session)
    }

    /// RTCP on the RTP port, whose source is the peer by now (RFC 5761).
    private mutating func rtcpReceived(_ count: Int, _ session: UnsafeMutablePointer<Session>) {
        guard isRTCP(count) else {
            session.pointee.packetsDropped &+= 1
            return
        }
        rtcpTaken(count, session)
    }

    /// Sends what lies in `packet` from the RTCP port of `sink`, or from the one that carries both.
    mutating func sendRTCP(_ count: Int, to sink: UnsafeMutablePointer<Session>) -> Bool {
        if sink.pointee.hasRTCPMux { return sendRTP(count, to: sink) }
        guard let target = sink.pointee.rtcpTarget, let count = protect(count, isRTCP: true, for: sink) else {
            return false
        }
        return io.send(sink.pointee.rtcpSocket, sendable(count), to: target, from: sink.pointee.local) == 0
    }

    /// Sends what lies in `packet` from the RTP port of `sink` to its peer.
    mutating func sendRTP(_ count: Int, to sink: UnsafeMutablePointer<Session>) -> Bool {
        guard let count = protect(count, isRTCP: RTCPPacket.isRTCP(secondByte: packet[1]), for: sink) else {
            return false
        }
        let result = transmit(count, to: sink)
        guard result != 0, result != SocketResult.wouldBlock else { return result == 0 }
        // The kernel told us of an earlier packet instead of sending this one.
        takeRefusals(of: sink)
        return transmit(count, to: sink) == 0
    }

    mutating func transmit(_ count: Int, to sink: UnsafeMutablePointer<Session>) -> Int {
        if sink.pointee.isConnected { return io.send(sink.pointee.rtpSocket, sendable(count)) }
        guard let target = sink.pointee.rtpTarget else { return SocketResult.notConnected }
        return io.send(sink.pointee.rtpSocket, sendable(count), to: target, from: sink.pointee.local)
    }

    /// Reads away what the kernel kept about packets from this port that did not arrive.
    mutating func takeRefusals(of session: UnsafeMutablePointer<Session>) {
        while let target = io.takeRefusal(session.pointee.rtpSocket) {
            guard session.pointee.isActive, !session.pointee.wasRefusalReported, target == session.pointee.rtpTarget
            else { continue }
            session.pointee.wasRefusalReported = true
            note(.refused, of: session)
        }
    }

    /// The port that packets from the peer of `session` leave from; nil when it has been released since the plan came.
    func sink(of session: UnsafeMutablePointer<Session>) -> UnsafeMutablePointer<Session>? {
        guard let sink = session.pointee.sink, sink.pointee.isActive,
            sink.pointee.epoch == session.pointee.sinkEpoch
        else { return nil }
        return sink
    }

    private func isRTCP(_ count: Int) -> Bool {
        (try? RTCPPacket.check(received(count).span)) != nil
    }

    private func sendable(_ count: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: packet[..<count])
    }
}
