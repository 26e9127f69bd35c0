import AudioDSP
import MediaControl
import PBXBase
import RTPGrammar

/// Digits from and to peers, in whichever form each of them has.
extension MediaWorker where IO: ~Copyable {
    mutating func sendDigits(_ text: String, to session: UnsafeMutablePointer<Session>) {
        guard session.pointee.isActive, session.pointee.sending != nil else { return }
        let audio = audio(of: session)
        for digit in text { audio.pointee.digits.append(digit) }
        preparePacketizer(audio)
        sourceChanged(audio)
    }

    /// Takes a telephone-event packet of a peer: tells of the digit and hands it to the others in the room.
    mutating func keyReceived(
        _ header: RTPHeader, payload: UnsafeRawBufferPointer, clockRate: Int, _ audio: UnsafeMutablePointer<PortAudio>
    ) {
        guard let event = try? TelephoneEvent(payload.bindMemory(to: UInt8.self).span),
            let key = audio.pointee.keys.received(
                event, timestamp: header.timestamp, ssrc: header.ssrc, marker: header.marker, now: now)
        else { return }
        keyEnded(key, clockRate: clockRate, audio)
    }

    /// Ends presses whose last packets were all lost.
    mutating func endOverdueKeys(of session: UnsafeMutablePointer<Session>) {
        guard let audio = session.pointee.audio, let key = audio.pointee.keys.timeout(now: now) else { return }
        keyEnded(key, clockRate: session.pointee.formats.eventClockRate, audio)
    }

    private mutating func keyEnded(
        _ key: DigitReceiver.Digit, clockRate: Int, _ audio: UnsafeMutablePointer<PortAudio>
    ) {
        let milliseconds = key.duration * 1_000 / max(1, clockRate)
        keyPressed(key.digit, milliseconds: milliseconds, audio)
        if let room = audio.pointee.room, audio.pointee.seat?.speaks == true {
            for seat in room.pointee.seats where seat != audio && seat.pointee.seat?.hears == true {
                seat.pointee.digits.append(key.digit, milliseconds: milliseconds)
            }
        }
    }

    /// A key of a peer, in whatever form it came.
    mutating func keyPressed(_ digit: Character, milliseconds: Int, _ audio: UnsafeMutablePointer<PortAudio>) {
        if audio.pointee.reportsDigits { tell(.digit(port(of: audio), digit, milliseconds: milliseconds)) }
        if audio.pointee.player?.endsOnDigit == true { endPlayer(of: audio, .digit) }
    }

    /// Sends what is due of the digits to a peer in place of a packet of sound; true when the sound is to go out after
    /// all, as between two digits.
    mutating func sendDigitStep(of audio: UnsafeMutablePointer<PortAudio>, format: SendingFormat) -> Bool {
        let session = audio.pointee.session
        guard let timestamp = session.pointee.stream?.nextTimestamp,
            let sampleRate = audio.pointee.packetizer?.sampleRate
        else { return true }
        let step = audio.pointee.digits.next(for: format, sampleRate: sampleRate, timestamp: timestamp, now: now)
        switch step {
        case .pause: return true
        case .event(let packet):
            guard let payloadType = format.telephoneEvent else { return true }
            sendEvent(packet, of: session, payloadType: payloadType)
            session.pointee.stream?.pause(ticks: format.packetTicks)
            return false
        case .tone:
            sendTone(of: audio, format: format, sampleRate: sampleRate)
            return false
        }
    }

    /// Sends one packet of the tone of the digit under way.
    private mutating func sendTone(
        of audio: UnsafeMutablePointer<PortAudio>, format: SendingFormat, sampleRate: Int
    ) {
        let count = sampleRate * format.stepMilliseconds / 1_000
        let frame = UnsafeMutableBufferPointer(rebasing: sound.frame[..<count])
        for _ in 0..<format.packetMilliseconds / format.stepMilliseconds {
            audio.pointee.digits.fillTone(frame)
            guard audio.pointee.packetizer?.append(frame, count) == true,
                let payload = audio.pointee.packetizer?.payload
            else { continue }
            sendPacket(payload, of: audio.pointee.session, format: format)
            return
        }
    }

    /// Begins or ends to listen for keys in the sound: only where the peer has no better way to tell of them.
    mutating func prepareKeyDetection(_ audio: UnsafeMutablePointer<PortAudio>) {
        let formats = audio.pointee.session.pointee.formats
        guard audio.pointee.reportsDigits, !formats.hasTelephoneEvent, let codec = formats.firstCodec else {
            audio.pointee.keyDetector = nil
            return
        }
        if audio.pointee.keyDetector?.codec != codec { audio.pointee.keyDetector = ToneKeyDetector(codec: codec) }
    }

    /// Listens to a packet of a peer whose keys come in the sound.
    mutating func detectKeys(
        _ payload: UnsafeRawBufferPointer, codec: AudioCodec, _ audio: UnsafeMutablePointer<PortAudio>
    ) {
        guard audio.pointee.keyDetector?.codec == codec, let key = audio.pointee.keyDetector?.listen(to: payload)
        else { return }
        keyPressed(key.digit, milliseconds: key.milliseconds, audio)
    }
}
