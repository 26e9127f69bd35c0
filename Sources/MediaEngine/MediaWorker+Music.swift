import MediaControl
import PBXBase

/// Music on hold: who hears which class.
extension MediaWorker where IO: ~Copyable {
    /// Gives a port its music, or none.
    mutating func listen(_ audio: UnsafeMutablePointer<PortAudio>, to id: MusicID?) {
        guard let id, let format = audio.pointee.sending else {
            leaveMusic(audio)
            return
        }
        if let music = audio.pointee.music {
            // The same music in another format, as after a re-INVITE, is another group's.
            let isSettled = music.pointee.group(for: format)?.pointee.listeners.contains(audio) ?? false
            if music.pointee.id == id, isSettled { return }
            leaveMusic(audio)
        }
        let music = sound.musicClass(id)
        guard let group = group(of: music, for: format) else { return }
        group.pointee.listeners.append(audio)
        audio.pointee.music = music
    }

    mutating func leaveMusic(_ audio: UnsafeMutablePointer<PortAudio>) {
        guard let music = audio.pointee.music else { return }
        audio.pointee.music = nil
        music.pointee.groups.removeAll { group in
            group.pointee.listeners.removeAll { $0 == audio }
            guard group.pointee.listeners.isEmpty else { return false }
            SoundTables.destroy(group)
            return true
        }
    }

    /// Gives a class its files; those who listen already hear them from now on.
    mutating func define(_ id: MusicID, _ feed: AudioFeed?) {
        let music = sound.musicClass(id)
        music.pointee.feed?.stop()
        music.pointee.feed = feed
        feed?.begin(sampleRate: MusicClass.sampleRate, takesEvents: false)
    }

    /// One step of one class, sent to all its listeners.
    mutating func playMusic(_ music: UnsafeMutablePointer<MusicClass>) {
        guard !music.pointee.groups.isEmpty else { return }
        let count = MusicClass.stepSamples
        let frame = UnsafeMutableBufferPointer(rebasing: sound.frame[..<count])
        let found = music.pointee.feed?.read(into: frame) ?? 0
        if found < count {
            frame[found...].update(repeating: 0)
            music.pointee.underruns &+= 1
        }
        for index in 0..<music.pointee.groups.count {
            let group = music.pointee.groups[index]
            guard group.pointee.packetizer.append(sound.frame, count) else { continue }
            for place in 0..<group.pointee.listeners.count {
                let listener = group.pointee.listeners[place]
                if listener.pointee.player == nil { send(group.pointee.packetizer.payload, to: listener) }
            }
        }
    }

    private func group(
        of music: UnsafeMutablePointer<MusicClass>, for format: SendingFormat
    ) -> UnsafeMutablePointer<SharedPacket>? {
        if let group = music.pointee.group(for: format) { return group }
        guard let packet = SharedPacket(for: format, sampleRate: MusicClass.sampleRate) else { return nil }
        let place = UnsafeMutablePointer<SharedPacket>.allocate(capacity: 1)
        place.initialize(to: packet)
        music.pointee.groups.append(place)
        return place
    }
}
