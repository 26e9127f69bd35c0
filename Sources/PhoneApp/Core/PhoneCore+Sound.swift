import MediaControl
import PBXBase
import SIPGrammar

/// A file that plays in a line's room.
struct RunningPlayback: Sendable {
    var line: LineNumber
    var room: MediaRoomID
    /// It is what the phone says in place of a microphone, and no news when it ends.
    var isMicrophone: Bool
}

// Orders to the media engine, and what it reports.
extension PhoneCore {
    /// The phone's engine has one worker.
    static let worker: UInt8 = 0

    // MARK: Ports

    mutating func keepPortsReady(into effects: inout [Effect]) {
        let families = settings.listeners.map(\.local.address.isIPv6) + (settings.card == nil ? [] : [false])
        for isIPv6 in Set(families) {
            let ready = ports.count { $0.rtp.address.isIPv6 == isIPv6 } + (portsAsked[isIPv6] ?? 0)
            guard ready < PhoneSettings.portsReady else { continue }
            let missing = PhoneSettings.portsReady - ready
            portsAsked[isIPv6, default: 0] += missing
            effects.append(.media(.prepare(worker: Self.worker, count: missing, isIPv6: isIPv6)))
        }
    }

    mutating func takePort(towards address: IPAddress) -> PortLease? {
        guard let index = ports.firstIndex(where: { $0.rtp.address.isIPv6 == address.isIPv6 }) else { return nil }
        return ports.remove(at: index)
    }

    // MARK: What the engine reports

    mutating func mediaReported(_ event: MediaEvent, now: Instant, into effects: inout [Effect]) {
        switch event {
        case .leased(let leases):
            for lease in leases { portsAsked[lease.rtp.address.isIPv6, default: 0] -= 1 }
            ports += leases
            attachCard(into: &effects)
            hasHadPorts = true
            let commands = earlyCommands
            earlyCommands = []
            for command in commands { carryOut(command, now: now, into: &effects) }
        case .leasesExhausted(_, _, let missing):
            // Those stay counted as asked for: asking again would find the same.
            effects.append(.tell(.failed("\(missing) audio ports are missing: the range is used up")))
            let commands = earlyCommands
            earlyCommands = []
            hasHadPorts = true
            for command in commands { carryOut(command, now: now, into: &effects) }
        case .digit(let port, let digit, _):
            if let line = line(at: port) { effects.append(.tell(.digit(line, digit))) }
        case .playbackEnded(let id, _, let end): playbackEnded(id, end, into: &effects)
        case .recordingEnded(let id, let end):
            recordings.remove(id)
            // The line may be over by now; recordings are numbered after their lines.
            let line = LineNumber(Int(clamping: id.value >> 16))
            if lines[line]?.recording == id { lines[line]?.recording = nil }
            effects.append(.tell(.recordingEnded(line, end)))
        case .released(let port, _):
            if let lease = portsLeaving.removeValue(forKey: port) { ports.append(lease) }
        case .securityFailed(let port, let failure):
            if let line = line(at: port) { effects.append(.tell(.failed("line \(line): \(failure)"))) }
        case .refused(let port):
            if let line = line(at: port) {
                effects.append(.tell(.noted("line \(line): the other side's audio port is closed")))
            }
        case .latched, .secured, .silent, .speaking, .figures, .faxProgressed, .faxEnded: break
        }
    }

    private func line(at port: MediaPortID) -> LineNumber? {
        lines.values.first { $0.media?.lease.id == port }?.number
    }

    // MARK: Plans

    /// Has the engine do what the line is like now.
    mutating func audioChanged(_ number: LineNumber, into effects: inout [Effect]) {
        guard let line = lines[number], let media = line.media, media.remote != nil else { return }
        let seat = line.isSeated ? RoomSeat(room: line.room) : nil
        effects.append(.media(.apply([.init(port: media.lease.id, plan: media.plan(seat: seat))])))
    }

    /// Begins what every call has: the file in place of the microphone, and the recording.
    mutating func startSound(_ number: LineNumber, into effects: inout [Effect]) {
        guard let line = lines[number], line.activeSince != nil, line.media?.remote != nil else { return }
        if line.isSeated { startMicrophone(number, into: &effects) }
        if let path = settings.recordingPath, line.recording == nil {
            record(Self.path(path, forRecording: lastRecording), number, into: &effects)
        }
    }

    /// `call.wav`, `call-2.wav`, …
    private static func path(_ path: String, forRecording earlier: UInt64) -> String {
        guard earlier > 0 else { return path }
        let suffix = "-\(earlier + 1)"
        let name = path.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return path + suffix }
        return path[..<dot] + suffix + path[dot...]
    }

    private mutating func startMicrophone(_ number: LineNumber, into effects: inout [Effect]) {
        guard let file = settings.playedFile, let room = lines[number]?.room,
            !playbacks.values.contains(where: { $0.room == room })
        else { return }
        play(file, number, isMicrophone: true, into: &effects)
    }

    // MARK: Files

    mutating func carryOutSound(_ command: PhoneCommand, into effects: inout [Effect]) {
        switch command {
        case .play(let file, let line):
            guard let number = chosen(line, .active, &effects) else { return }
            play(file, number, isMicrophone: false, into: &effects)
        case .stopPlaying(let line):
            guard let number = chosen(line, .active, &effects), let room = lines[number]?.room else { return }
            for (id, running) in playbacks where running.room == room {
                effects.append(.media(.change(id, .room(room, worker: Self.worker), .stop)))
            }
        case .record(let path, let line):
            guard let number = chosen(line, .active, &effects) else { return }
            guard lines[number]?.recording == nil else { return fail("line \(number) is being recorded", &effects) }
            record(path, number, into: &effects)
        case .stopRecording(let line):
            guard let number = chosen(line, nil, &effects) else { return }
            guard let id = lines[number]?.recording else { return fail("line \(number) is not recorded", &effects) }
            effects.append(.media(.stopRecording(id, worker: Self.worker)))
        default: break
        }
    }

    private mutating func play(
        _ file: String, _ number: LineNumber, isMicrophone: Bool, into effects: inout [Effect]
    ) {
        guard let room = lines[number]?.room else { return }
        lastPlayback += 1
        let id = PlaybackID(lastPlayback)
        playbacks[id] = RunningPlayback(line: number, room: room, isMicrophone: isMicrophone)
        let playback = Playback(
            id: id, items: [.file(path: file)], repetition: isMicrophone ? .forever : .once)
        let target = PlaybackTarget.room(room, worker: Self.worker)
        effects.append(.media(.play(playback, target)))
        if isMicrophone, volumes.isMicrophoneMuted { effects.append(.media(.change(id, target, .pause))) }
    }

    mutating func followMute(_ number: LineNumber, into effects: inout [Effect]) {
        for (id, running) in playbacks where running.line == number && running.isMicrophone {
            effects.append(
                .media(
                    .change(id, .room(running.room, worker: Self.worker), volumes.isMicrophoneMuted ? .pause : .resume))
            )
        }
    }

    private mutating func playbackEnded(_ id: PlaybackID, _ end: PlaybackEnd, into effects: inout [Effect]) {
        guard let running = playbacks.removeValue(forKey: id) else { return }
        if case .failed(let problem) = end, running.isMicrophone {
            return fail("line \(running.line): \(problem)", &effects)
        }
        guard !running.isMicrophone else { return }
        effects.append(.tell(.playbackEnded(running.line, end)))
        if lines[running.line]?.isSeated == true { startMicrophone(running.line, into: &effects) }
    }

    private mutating func record(_ path: String, _ number: LineNumber, into effects: inout [Effect]) {
        guard let port = lines[number]?.media?.lease.id else { return }
        lastRecording += 1
        let id = RecordingID(UInt64(number.value) << 16 | lastRecording & 0xFFFF)
        lines[number]?.recording = id
        recordings.insert(id)
        effects.append(.media(.record(Recording(id: id, ports: [port], path: path, layout: .mono))))
    }
}
