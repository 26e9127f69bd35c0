import AudioDSP
import MediaControl
import PBXBase

/// One beat: everything that is due is decoded, mixed, encoded and sent. Nothing here allocates; lists are walked by
/// index, as their iterators do in a build without optimisation.
extension MediaWorker where IO: ~Copyable {
    mutating func makeSound() {
        for _ in 0..<AudioClock.lateBeatsMax where sound.clock.takeBeat(now: now) { beat() }
    }

    private mutating func beat() {
        for index in 0..<sound.music.count { playMusic(sound.music[index]) }
        for index in 0..<sound.rooms.count {
            let room = sound.rooms[index]
            if sound.clock.isStep(milliseconds: room.pointee.stepMilliseconds, phase: room.pointee.phase) { mix(room) }
        }
        for index in 0..<sound.faxes.count { step(sound.faxes[index]) }
        // From the end, as ports leave the list when they are through.
        var index = sound.solo.count
        while index > 0 {
            index -= 1
            guard index < sound.solo.count else { continue }
            actAlone(sound.solo[index])
        }
    }

    /// One step of one room.
    private mutating func mix(_ room: UnsafeMutablePointer<Room>) {
        let count = room.pointee.stepSamples
        room.pointee.step &+= 1
        room.pointee.soundingCount = 0
        sound.whisperers.removeAll(keepingCapacity: true)
        MixArithmetic.clear(sound.sum, count)
        for index in 0..<room.pointee.seats.count { hear(room.pointee.seats[index], in: room, count) }
        play(in: room, count)
        MixArithmetic.clip(sound.sum, into: sound.everything, count)
        record(room, count)
        for index in 0..<room.pointee.seats.count {
            let seat = room.pointee.seats[index]
            if seat.pointee.player == nil, seat.pointee.music == nil { serve(seat, in: room, count) }
        }
    }

    /// Takes what a party says into the sum.
    private mutating func hear(
        _ audio: UnsafeMutablePointer<PortAudio>, in room: UnsafeMutablePointer<Room>, _ count: Int
    ) {
        audio.pointee.isInMix = false
        audio.pointee.isWhispering = false
        let said = UnsafeMutableBufferPointer(rebasing: audio.pointee.said[..<count])
        guard let seat = audio.pointee.seat else { return }
        let milliseconds = room.pointee.stepMilliseconds
        if audio.pointee.session.pointee.receives, audio.pointee.receiver?.read(into: said, now: now) == true {
            if audio.pointee.levelling != nil {
                var samples = said.mutableSpan
                audio.pointee.levelling?.apply(to: &samples)
            }
            audio.pointee.speakingGain.apply(to: said)
            audio.pointee.gate.heard(said, milliseconds: milliseconds)
        } else {
            audio.pointee.gate.silent(milliseconds: milliseconds)
            if audio.pointee.speech != nil { said.update(repeating: 0) }
        }
        if let isSpeaking = audio.pointee.speech?.heard(said) {
            tell(.speaking(port(of: audio), isSpeaking && seat.speaks))
        }
        guard seat.speaks, audio.pointee.gate.isOpen else { return }
        if case .only = seat.audience {
            audio.pointee.isWhispering = true
            sound.whisperers.append(audio)
        } else {
            audio.pointee.isInMix = true
            room.pointee.soundingCount += 1
            MixArithmetic.add(said, to: sound.sum, count)
        }
    }

    /// Sends a party what it hears: all others. Those who add nothing themselves hear the same, which is encoded once.
    private mutating func serve(
        _ audio: UnsafeMutablePointer<PortAudio>, in room: UnsafeMutablePointer<Room>, _ count: Int
    ) {
        guard let format = audio.pointee.sending, audio.pointee.session.pointee.sends, let seat = audio.pointee.seat
        else { return }
        var isWhisperedTo = false
        for index in 0..<sound.whisperers.count where isWhisper(of: sound.whisperers[index], to: audio) {
            isWhisperedTo = true
        }
        if let payloadType = format.comfortNoise, !isWhisperedTo, isQuiet(for: audio, in: room) {
            return sendQuiet(to: audio, format: format, payloadType, milliseconds: room.pointee.stepMilliseconds)
        }
        audio.pointee.quietMilliseconds = 0
        let isOwn = audio.pointee.isInMix || isWhisperedTo || !seat.hears || !audio.pointee.hearingGain.isNeutral
        if !isOwn, let shared = room.pointee.sharedPacket(for: format) {
            if shared.pointee.step != room.pointee.step {
                shared.pointee.step = room.pointee.step
                guard shared.pointee.packetizer.append(sound.everything, count) else { return }
            }
            send(shared.pointee.packetizer.payload, to: audio)
            return
        }
        compose(for: audio, hears: seat.hears, isWhisperedTo: isWhisperedTo, count)
        guard audio.pointee.packetizer?.append(sound.frame, count) == true else { return }
        sendOwnPacket(of: audio)
    }

    /// There is nothing that a party could hear in this step, and no packet is half made.
    private func isQuiet(
        for audio: UnsafeMutablePointer<PortAudio>, in room: UnsafeMutablePointer<Room>
    ) -> Bool {
        let others = room.pointee.soundingCount - (audio.pointee.isInMix ? 1 : 0)
        return (others == 0 || audio.pointee.seat?.hears == false) && !audio.pointee.digits.isActive
            && audio.pointee.packetizer?.isBetweenPackets != false
    }

    /// What one party hears, in `sound.frame`.
    private mutating func compose(
        for audio: UnsafeMutablePointer<PortAudio>, hears: Bool, isWhisperedTo: Bool, _ count: Int
    ) {
        guard hears else {
            sound.frame[..<count].update(repeating: 0)
            return
        }
        if isWhisperedTo {
            for index in 0..<sound.whisperers.count where isWhisper(of: sound.whisperers[index], to: audio) {
                MixArithmetic.add(sound.whisperers[index].pointee.said, to: sound.sum, count)
            }
        }
        if audio.pointee.isInMix {
            MixArithmetic.clip(sound.sum, without: audio.pointee.said, into: sound.frame, count)
        } else {
            MixArithmetic.clip(sound.sum, into: sound.frame, count)
        }
        if isWhisperedTo {
            for index in 0..<sound.whisperers.count where isWhisper(of: sound.whisperers[index], to: audio) {
                MixArithmetic.subtract(sound.whisperers[index].pointee.said, from: sound.sum, count)
            }
        }
        audio.pointee.hearingGain.apply(to: UnsafeMutableBufferPointer(rebasing: sound.frame[..<count]))
    }

    private func isWhisper(
        of whisperer: UnsafeMutablePointer<PortAudio>, to audio: UnsafeMutablePointer<PortAudio>
    ) -> Bool {
        guard whisperer != audio, case .only(let target) = whisperer.pointee.seat?.audience else { return false }
        return target == port(of: audio)
    }
}
