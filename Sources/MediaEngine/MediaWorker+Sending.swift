import AudioDSP
import MediaControl
import PBXBase
import RTPGrammar

/// How sound made here leaves: encoded payloads become packets of the stream that the peer knows.
extension MediaWorker where IO: ~Copyable {
    /// Sends one payload, or what is due of digits in its place.
    mutating func send(_ payload: UnsafeBufferPointer<UInt8>, to audio: UnsafeMutablePointer<PortAudio>) {
        guard let format = audio.pointee.sending, audio.pointee.session.pointee.sends else { return }
        if audio.pointee.digits.isActive, !sendDigitStep(of: audio, format: format) { return }
        // Opus says nothing where there is nothing to say (DTX).
        guard !payload.isEmpty else {
            audio.pointee.session.pointee.stream?.pause(ticks: format.packetTicks)
            return
        }
        sendPacket(payload, of: audio.pointee.session, format: format)
    }

    /// Sends what the peer's own packetizer has ready.
    mutating func sendOwnPacket(of audio: UnsafeMutablePointer<PortAudio>) {
        guard let payload = audio.pointee.packetizer?.payload else { return }
        send(payload, to: audio)
    }

    /// Sends one payload as the next packet of the stream to the peer.
    mutating func sendPacket(
        _ payload: UnsafeBufferPointer<UInt8>, of session: UnsafeMutablePointer<Session>, format: SendingFormat
    ) {
        let count = RTPHeader.fixedBytes + payload.count
        guard count <= packet.count,
            let header = session.pointee.stream?.originate(
                payloadType: format.payloadType, ticks: format.packetTicks, payloadBytes: payload.count, now: now)
        else { return }
        packet[0] = 0x80
        write(header)
        UnsafeMutableRawBufferPointer(rebasing: packet[RTPHeader.fixedBytes..<count]).copyMemory(
            from: UnsafeRawBufferPointer(payload))
        sendMade(count, session)
    }

    /// How often silence is described again while it lasts: also what keeps a NAT and a watch for silence content.
    private static var comfortNoiseMilliseconds: Int { 1_000 }

    /// Lets a step pass in which there is nothing to hear: a peer that takes comfort noise is told so now and then
    /// instead of being sent silence (RFC 3389).
    mutating func sendQuiet(
        to audio: UnsafeMutablePointer<PortAudio>, format: SendingFormat, _ payloadType: UInt8, milliseconds: Int
    ) {
        let session = audio.pointee.session
        let ticks = format.codec.clockTicks(milliseconds: milliseconds)
        let isDue = audio.pointee.quietMilliseconds % Self.comfortNoiseMilliseconds == 0
        audio.pointee.quietMilliseconds += milliseconds
        guard isDue,
            var header = session.pointee.stream?.originate(
                payloadType: payloadType, ticks: ticks, payloadBytes: 1, now: now)
        else {
            session.pointee.stream?.pause(ticks: ticks)
            return
        }
        // The marker is for the sound that comes next.
        header.marker = false
        session.pointee.stream?.pause(ticks: 0)
        packet[0] = 0x80
        write(header)
        packet[RTPHeader.fixedBytes] = ComfortNoiseDescription(level: ComfortNoise.levelDefault).levelBelowOverload
        sendMade(RTPHeader.fixedBytes + 1, session)
    }

    /// Sends the telephone-event packet of one step.
    mutating func sendEvent(
        _ event: DigitSender.Packet, of session: UnsafeMutablePointer<Session>, payloadType: UInt8
    ) {
        let count = RTPHeader.fixedBytes + TelephoneEvent.bytes
        guard
            let header = session.pointee.stream?.originateEvent(
                payloadType: payloadType, marker: event.marker, timestamp: event.timestamp,
                payloadBytes: TelephoneEvent.bytes, now: now)
        else { return }
        packet[0] = 0x80
        write(header)
        packet[12] = event.event.code
        packet[13] = (event.event.isEnd ? 0x80 : 0) | event.event.volume
        packet[14] = UInt8(truncatingIfNeeded: event.event.duration >> 8)
        packet[15] = UInt8(truncatingIfNeeded: event.event.duration)
        sendMade(count, session)
    }

    /// Writes a header over the first bytes of `packet`.
    func write(_ header: RTPHeader) {
        var bytes = UnsafeMutableBufferPointer(
            start: packet.baseAddress?.assumingMemoryBound(to: UInt8.self), count: RTPHeader.fixedBytes
        ).mutableSpan
        header.overwrite(&bytes)
    }

    private mutating func sendMade(_ count: Int, _ session: UnsafeMutablePointer<Session>) {
        if sendRTP(count, to: session) {
            session.pointee.packetsSent &+= 1
            session.pointee.bytesSent &+= UInt64(count)
        }
    }
}
