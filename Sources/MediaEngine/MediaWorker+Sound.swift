import AudioDSP
import MediaControl
import PBXBase
import RTPGrammar

/// Which ports have sound of their own, and where the sound that a peer hears comes from. In order of precedence: a
/// player at the port, music on hold, the room, another port's packets.
extension MediaWorker where IO: ~Copyable {
    /// Carries out what a plan says about sound.
    mutating func applySound(_ plan: MediaPlan, to session: UnsafeMutablePointer<Session>) {
        session.pointee.formats = ReceivedFormats(plan.formats)
        let isNeeded = plan.seat != nil || plan.music != nil || plan.reportsDigits || plan.fax == .line
        guard isNeeded || session.pointee.audio != nil else {
            session.pointee.sending = plan.sending.flatMap(SendingFormat.init)
            return
        }
        let audio = audio(of: session)
        audio.pointee.reportsDigits = plan.reportsDigits
        let sending = plan.sending.flatMap(SendingFormat.init)
        session.pointee.sending = sending
        if sending != audio.pointee.sending {
            leaveMusic(audio)
            audio.pointee.sending = sending
            audio.pointee.packetizer = nil
        }
        take(plan.seat, audio)
        listen(audio, to: plan.sends ? plan.music : nil)
        preparePacketizer(audio)
        prepareKeyDetection(audio)
        sourceChanged(audio)
        discardSoundIfIdle(session)
    }

    /// The sound block of a port, made when it has none.
    mutating func audio(of session: UnsafeMutablePointer<Session>) -> UnsafeMutablePointer<PortAudio> {
        if let audio = session.pointee.audio { return audio }
        let audio = sound.makeAudio(for: session)
        audio.pointee.sending = session.pointee.sending
        session.pointee.audio = audio
        return audio
    }

    /// Ends everything that a port plays, hears or tells, as its lease ends.
    mutating func endSound(of session: UnsafeMutablePointer<Session>) {
        session.pointee.sending = nil
        guard let audio = session.pointee.audio else { return }
        audio.pointee.fax?.pointee.line = nil
        audio.pointee.fax = nil
        endTaps(of: audio)
        endPlayer(of: audio, .stopped)
        leaveMusic(audio)
        leaveRoom(audio)
        keepReports(of: audio)
        session.pointee.audio = nil
        sound.discard(audio)
    }

    /// Keeps what a receiver found, before it goes.
    func keepHeardSound(of audio: UnsafeMutablePointer<PortAudio>) {
        guard let totals = audio.pointee.receiver?.totals(now: now), totals.isKnown else { return }
        audio.pointee.session.pointee.heardSound().pointee.playout.add(totals)
    }

    private func keepReports(of audio: UnsafeMutablePointer<PortAudio>) {
        guard let reports = audio.pointee.rtcp else { return }
        audio.pointee.session.pointee.heardSound().pointee.absorb(reports)
    }

    mutating func discardSoundIfIdle(_ session: UnsafeMutablePointer<Session>) {
        guard let audio = session.pointee.audio, audio.pointee.isIdle else { return }
        keepReports(of: audio)
        session.pointee.audio = nil
        sound.discard(audio)
    }

    /// The peer may hear something else from now on.
    mutating func sourceChanged(_ audio: UnsafeMutablePointer<PortAudio>) {
        let session = audio.pointee.session
        session.pointee.takesForwarded = session.pointee.sends && !audio.pointee.isOccupied
        let isDriven = audio.pointee.room != nil || audio.pointee.music != nil
        if audio.pointee.player != nil || (audio.pointee.digits.isActive && !isDriven) {
            sound.addSolo(audio)
        } else {
            sound.removeSolo(audio)
        }
        if audio.pointee.isOccupied { startStream(of: session) }
        soundChanged()
    }

    /// Keeps the beat running exactly as long as somebody needs it.
    mutating func soundChanged() {
        if sound.isActive { sound.clock.start(now: now) } else { sound.clock.stop() }
    }

    /// Makes the encoder for what only this peer hears.
    mutating func preparePacketizer(_ audio: UnsafeMutablePointer<PortAudio>) {
        guard let format = audio.pointee.sending else {
            audio.pointee.packetizer = nil
            return
        }
        let rate = audio.pointee.room?.pointee.sampleRate ?? Packetizer.bestRate(for: format.codec)
        if audio.pointee.packetizer?.sampleRate != rate {
            audio.pointee.packetizer = Packetizer(for: format, sampleRate: rate)
        }
    }

    /// What begins to be sent has numbers of its own, unless packets of another port went before.
    mutating func startStream(of session: UnsafeMutablePointer<Session>) {
        guard session.pointee.stream == nil else { return }
        session.pointee.stream = RTPSendStream(clockRate: session.pointee.sendingClockRate, random: &random)
    }

    /// Looks at a packet that a port with sound of its own has received. False: it is not to be passed on.
    mutating func soundReceived(
        _ header: RTPHeader, _ audio: UnsafeMutablePointer<PortAudio>
    ) -> Bool {
        let isForwarded = audio.pointee.room == nil && audio.pointee.fax == nil
        let payload = UnsafeRawBufferPointer(rebasing: packet[header.payload])
        switch audio.pointee.session.pointee.formats[header.payloadType] {
        case .sound(let codec):
            record(header, codec: codec, payload: payload, audio)
            audio.pointee.receiver?.packetReceived(header, codec: codec, payload: payload, now: now)
            audio.pointee.fax?.pointee.heard(header, codec: codec, payload: payload)
            if audio.pointee.keyDetector != nil { detectKeys(payload, codec: codec, audio) }
        case .telephoneEvent(let clockRate):
            audio.pointee.receiver?.packetReceived(header, content: .telephoneEvent, payload: payload, now: now)
            keyReceived(header, payload: payload, clockRate: clockRate, audio)
        case .comfortNoise:
            audio.pointee.receiver?.packetReceived(header, content: .comfortNoise, payload: payload, now: now)
        case nil: break
        }
        return isForwarded
    }
}
