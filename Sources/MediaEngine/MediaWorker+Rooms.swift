import AudioDSP
import MediaControl
import PBXBase

/// Who sits in which room. A room begins with its first seat and ends with its last.
extension MediaWorker where IO: ~Copyable {
    /// Gives a port its place in a room, or none.
    mutating func take(_ seat: RoomSeat?, _ audio: UnsafeMutablePointer<PortAudio>) {
        guard let seat else {
            leaveRoom(audio)
            return
        }
        if audio.pointee.room?.pointee.id != seat.room {
            leaveRoom(audio)
            join(seat.room, audio)
        }
        audio.pointee.seat = seat
        audio.pointee.speakingGain = Gain(tenthsOfDecibel: seat.speakingGain)
        audio.pointee.hearingGain = Gain(tenthsOfDecibel: seat.hearingGain)
        if !seat.hasAutomaticGain { audio.pointee.levelling = nil }
        if !seat.reportsSpeech { audio.pointee.speech = nil }
        if let room = audio.pointee.room { tune(room) }
    }

    mutating func leaveRoom(_ audio: UnsafeMutablePointer<PortAudio>) {
        guard let room = audio.pointee.room else { return }
        room.pointee.seats.removeAll { $0 == audio }
        if audio.pointee.speech?.isSpeaking == true { tell(.speaking(port(of: audio), false)) }
        audio.pointee.room = nil
        audio.pointee.seat = nil
        keepHeardSound(of: audio)
        audio.pointee.receiver = nil
        audio.pointee.levelling = nil
        audio.pointee.gate = SpeechGate()
        audio.pointee.speech = nil
        guard room.pointee.isEmpty else {
            tune(room)
            return
        }
        if let player = room.pointee.player.take() { playerEnded(player, .stopped) }
        endRoomTap(of: room)
        sound.remove(room)
    }

    private mutating func join(_ id: MediaRoomID, _ audio: UnsafeMutablePointer<PortAudio>) {
        let room = sound.makeRoom(id)
        guard room.pointee.seats.count < Room.seatsMax else { return }
        room.pointee.seats.append(audio)
        audio.pointee.room = room
    }

    /// Sets a room to what its parties can use, and every party to the room.
    mutating func tune(_ room: UnsafeMutablePointer<Room>) {
        let rate = room.pointee.bestRate()
        let step = room.pointee.bestStep()
        let isChanged = rate != room.pointee.sampleRate || step != room.pointee.stepMilliseconds
        room.pointee.sampleRate = rate
        room.pointee.stepMilliseconds = step
        for seat in room.pointee.seats {
            if seat.pointee.receiver?.sampleRate != rate {
                keepHeardSound(of: seat)
                let codec = seat.pointee.session.pointee.formats.firstCodec
                seat.pointee.receiver = SoundReceiver(sampleRate: rate, codec: codec)
            }
            if seat.pointee.seat?.hasAutomaticGain == true, isChanged || seat.pointee.levelling == nil {
                seat.pointee.levelling = GainControl(sampleRate: rate)
            }
            if seat.pointee.seat?.reportsSpeech == true, isChanged || seat.pointee.speech == nil {
                seat.pointee.speech = SpeechWatch(sampleRate: rate)
            }
            preparePacketizer(seat)
        }
        tuneSharedPackets(of: room, isChanged: isChanged)
    }

    /// One encoder for each format whose packets are as long as a step; those still in use stay.
    private mutating func tuneSharedPackets(of room: UnsafeMutablePointer<Room>, isChanged: Bool) {
        var kept: [UnsafeMutablePointer<SharedPacket>] = []
        for seat in room.pointee.seats {
            guard let format = seat.pointee.sending,
                format.packetMilliseconds == room.pointee.stepMilliseconds,
                !kept.contains(where: { $0.pointee.serves(format) })
            else { continue }
            if !isChanged, let packet = room.pointee.sharedPacket(for: format) {
                kept.append(packet)
            } else if let packet = SharedPacket(for: format, sampleRate: room.pointee.sampleRate) {
                let place = UnsafeMutablePointer<SharedPacket>.allocate(capacity: 1)
                place.initialize(to: packet)
                kept.append(place)
            }
        }
        for packet in room.pointee.shared where !kept.contains(packet) { SoundTables.destroy(packet) }
        room.pointee.shared = kept
    }

    func port(of audio: UnsafeMutablePointer<PortAudio>) -> MediaPortID {
        MediaPortID(worker: index, slot: audio.pointee.session.pointee.slot)
    }
}
