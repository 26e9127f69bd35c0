import MediaControl
import PBXBase

/// Playbacks at ports and in rooms.
extension MediaWorker where IO: ~Copyable {
    mutating func play(_ playback: Playback, at target: PlaybackTarget, _ feed: AudioFeed) {
        switch target {
        case .port(let port):
            guard let session = sessions[port.slot], session.pointee.isActive, session.pointee.sending != nil else {
                feed.stop()
                tell(.playbackEnded(playback.id, target, .failed("\(port): its plan says no way to send sound")))
                return
            }
            let audio = audio(of: session)
            endPlayer(of: audio, .stopped)
            preparePacketizer(audio)
            let rate = audio.pointee.packetizer?.sampleRate ?? 8_000
            feed.begin(sampleRate: rate, takesEvents: audio.pointee.sending?.telephoneEvent != nil)
            audio.pointee.player = Player(playback, target: target, feed: feed, sampleRate: rate)
            sourceChanged(audio)
        case .room(let id, _):
            guard let room = sound.room(id) else {
                feed.stop()
                tell(.playbackEnded(playback.id, target, .failed("\(id): nobody is in it")))
                return
            }
            if let player = room.pointee.player.take() { playerEnded(player, .stopped) }
            let rate = room.pointee.sampleRate
            feed.begin(sampleRate: rate, takesEvents: false)
            room.pointee.player = Player(playback, target: target, feed: feed, sampleRate: rate)
        }
    }

    mutating func change(_ id: PlaybackID, at target: PlaybackTarget, _ change: PlaybackChange) {
        switch target {
        case .port(let port):
            guard let session = sessions[port.slot], let audio = session.pointee.audio,
                audio.pointee.player?.id == id
            else { return }
            if change == .stop {
                endPlayer(of: audio, .stopped)
                discardSoundIfIdle(session)
            } else {
                audio.pointee.player?.change(change)
            }
        case .room(let room, _):
            guard let room = sound.room(room), room.pointee.player?.id == id else { return }
            if change == .stop {
                if let player = room.pointee.player.take() { playerEnded(player, .stopped) }
            } else {
                room.pointee.player?.change(change)
            }
        }
    }

    /// Ends what plays at a port; its peer goes on hearing what lies underneath.
    mutating func endPlayer(of audio: UnsafeMutablePointer<PortAudio>, _ end: PlaybackEnd) {
        guard let player = audio.pointee.player.take() else { return }
        audio.pointee.digits.clear()
        playerEnded(player, end)
        sourceChanged(audio)
    }

    mutating func playerEnded(_ player: Player, _ end: PlaybackEnd) {
        player.feed.stop()
        tell(.playbackEnded(player.id, player.target, end))
    }

    /// One step of a port that acts by itself.
    mutating func actAlone(_ audio: UnsafeMutablePointer<PortAudio>) {
        guard let format = audio.pointee.sending, let rate = audio.pointee.packetizer?.sampleRate else {
            if audio.pointee.player != nil { endPlayer(of: audio, .failed("its plan says no way to send sound")) }
            return
        }
        guard sound.clock.isStep(milliseconds: format.stepMilliseconds, phase: audio.pointee.phase) else { return }
        let count = rate * format.stepMilliseconds / 1_000
        let frame = UnsafeMutableBufferPointer(rebasing: sound.frame[..<count])
        guard readPlayer(of: audio, into: frame) else { return }
        guard audio.pointee.packetizer?.append(sound.frame, count) == true else { return }
        sendOwnPacket(of: audio)
        if !audio.pointee.digits.isActive, audio.pointee.player == nil { sourceChanged(audio) }
    }

    /// Fills `frame` with what plays at a port. False when that has just ended.
    private mutating func readPlayer(
        of audio: UnsafeMutablePointer<PortAudio>, into frame: UnsafeMutableBufferPointer<Int16>
    ) -> Bool {
        guard audio.pointee.player != nil else {
            frame.update(repeating: 0)
            return true
        }
        if audio.pointee.player?.read(into: frame) == true {
            while let digit = audio.pointee.player?.feed.takeDigit() { audio.pointee.digits.append(digit) }
            return true
        }
        // Digits at the very end are still to be sent.
        guard !audio.pointee.digits.isActive else {
            frame.update(repeating: 0)
            return true
        }
        let failure = audio.pointee.player?.feed.failure
        endPlayer(of: audio, failure.map { .failed($0) } ?? .finished)
        return false
    }

    /// Adds what plays in a room to its sum.
    mutating func play(in room: UnsafeMutablePointer<Room>, _ count: Int) {
        guard let rate = room.pointee.player?.sampleRate else { return }
        let frame = UnsafeMutableBufferPointer(rebasing: sound.frame[..<count])
        // The rate of the room has changed since it began: it is played at the right speed from the next item on.
        guard rate == room.pointee.sampleRate, room.pointee.player?.read(into: frame) == true else {
            if let player = room.pointee.player.take() {
                playerEnded(player, player.feed.failure.map { .failed($0) } ?? .finished)
            }
            return
        }
        room.pointee.soundingCount += 1
        MixArithmetic.add(frame, to: sound.sum, count)
    }
}
