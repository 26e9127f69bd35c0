import MediaControl
import PBXBase
import RTPGrammar

/// Recordings: what peers say is copied to a ring that another thread empties into a file.
extension MediaWorker where IO: ~Copyable {
    mutating func record(_ recording: Recording, _ feed: RecordingFeed) {
        var active = ActiveRecording(feed: feed, ports: [], room: nil)
        var rate = 8_000
        for (channel, port) in recording.ports.prefix(2).enumerated() {
            guard let session = sessions[port.slot], session.pointee.isActive else { continue }
            let audio = audio(of: session)
            rate = max(rate, audio.pointee.heardRate)
            if recording.isRoom {
                guard let room = audio.pointee.room, channel == 0 else { continue }
                room.pointee.tap = RoomTap(feed: feed, party: recording.layout == .stereo ? audio : nil)
                active.room = room
                rate = room.pointee.sampleRate
            } else {
                addTap(feed, channel: UInt8(channel), to: audio)
                active.ports.append(audio)
            }
        }
        feed.begin(now: now, sampleRate: rate)
        if active.ports.isEmpty, active.room == nil {
            feed.finish(now: now)
        } else {
            sound.recordings.append(active)
        }
        for port in recording.ports { sessions[port.slot].map { discardSoundIfIdle($0) } }
    }

    mutating func stopRecording(_ id: RecordingID) {
        guard let index = sound.recordings.firstIndex(where: { $0.feed.recording.id == id }) else { return }
        let active = sound.recordings.remove(at: index)
        for audio in active.ports {
            removeTap(of: active.feed, from: audio)
            discardSoundIfIdle(audio.pointee.session)
        }
        if let room = active.room, room.pointee.tap?.feed === active.feed { room.pointee.tap = nil }
        active.feed.finish(now: now)
    }

    /// The port is released: recordings go on with what is left of them.
    mutating func endTaps(of audio: UnsafeMutablePointer<PortAudio>) {
        while let tap = audio.pointee.firstTap { removeTap(of: tap.pointee.feed, from: audio) }
        if let room = audio.pointee.room, room.pointee.tap?.party == audio { endRoomTap(of: room) }
        for index in sound.recordings.indices { sound.recordings[index].ports.removeAll { $0 == audio } }
        finishEmptyRecordings()
    }

    mutating func endRoomTap(of room: UnsafeMutablePointer<Room>) {
        guard let tap = room.pointee.tap.take() else { return }
        for index in sound.recordings.indices where sound.recordings[index].feed === tap.feed {
            sound.recordings[index].room = nil
        }
        finishEmptyRecordings()
    }

    /// A packet of a recorded peer.
    func record(
        _ header: RTPHeader, codec: AudioCodec, payload: UnsafeRawBufferPointer,
        _ audio: UnsafeMutablePointer<PortAudio>
    ) {
        var next = audio.pointee.firstTap
        while let tap = next {
            next = tap.pointee.next
            guard !tap.pointee.feed.isClosed else { continue }
            tap.pointee.feed.push(
                .init(
                    channel: tap.pointee.channel, content: .packet(codec), ssrc: header.ssrc.value,
                    sequence: header.sequenceNumber.value, timestamp: header.timestamp.value, arrival: now),
                payload: payload)
        }
    }

    /// One step of a recorded mix.
    func record(_ room: UnsafeMutablePointer<Room>, _ count: Int) {
        guard let tap = room.pointee.tap, !tap.feed.isClosed else { return }
        room.pointee.tap?.timestamp &+= UInt32(count)
        guard let party = tap.party else {
            push(sound.everything, count, channel: 0, of: room, tap)
            return
        }
        if party.pointee.isInMix {
            push(party.pointee.said, count, channel: 0, of: room, tap)
            MixArithmetic.clip(sound.sum, without: party.pointee.said, into: sound.frame, count)
            push(sound.frame, count, channel: 1, of: room, tap)
        } else {
            push(sound.everything, count, channel: 1, of: room, tap)
        }
    }

    private func push(
        _ samples: UnsafeMutableBufferPointer<Int16>, _ count: Int, channel: UInt8,
        of room: UnsafeMutablePointer<Room>, _ tap: RoomTap
    ) {
        tap.feed.push(
            .init(
                channel: channel, content: .samples(rate: room.pointee.sampleRate),
                sequence: UInt16(truncatingIfNeeded: room.pointee.step), timestamp: tap.timestamp, arrival: now),
            payload: UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: samples[..<count])))
    }

    private func addTap(_ feed: RecordingFeed, channel: UInt8, to audio: UnsafeMutablePointer<PortAudio>) {
        let tap = UnsafeMutablePointer<Tap>.allocate(capacity: 1)
        tap.initialize(to: Tap(feed: feed, channel: channel, next: audio.pointee.firstTap))
        audio.pointee.firstTap = tap
    }

    private func removeTap(of feed: RecordingFeed, from audio: UnsafeMutablePointer<PortAudio>) {
        var place = audio.pointee.firstTap
        var previous: UnsafeMutablePointer<Tap>?
        while let tap = place {
            place = tap.pointee.next
            guard tap.pointee.feed === feed else {
                previous = tap
                continue
            }
            if let previous { previous.pointee.next = place } else { audio.pointee.firstTap = place }
            tap.deinitialize(count: 1)
            tap.deallocate()
        }
    }

    private mutating func finishEmptyRecordings() {
        for recording in sound.recordings where recording.ports.isEmpty && recording.room == nil {
            recording.feed.finish(now: now)
        }
        sound.recordings.removeAll { $0.ports.isEmpty && $0.room == nil }
    }
}
