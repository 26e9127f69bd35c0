package import MediaControl
package import PBXBase

/// The media workers as signalling sees them: leases ports, takes plans, releases, and objects to every order that a
/// real worker could not carry out. No packet moves.
package struct FakeMedia {
    private enum PortState: Equatable {
        /// Leased to signalling, without a plan.
        case idle
        case planned(MediaPlan)
        case releasing
    }

    private struct Port {
        var lease: PortLease
        var state = PortState.idle

        var room: MediaRoomID? {
            if case .planned(let plan) = state { plan.seat?.room } else { nil }
        }
    }

    /// From an order to its event.
    private static let delay = Interval.milliseconds(1)
    /// Everything that is played takes as long.
    private static let playbackLength = Interval.seconds(3)

    /// Of each family.
    package var portsMax: Int
    private let ipv4: IPAddress
    private let ipv6: IPAddress
    private var ports: [MediaPortID: Port] = [:]
    private var portOfEndpoint: [Endpoint: MediaPortID] = [:]
    private var events: [UInt64: MediaEvent] = [:]
    private var due = DeadlineHeap<UInt64>()
    private var silences = DeadlineHeap<MediaPortID>()
    private var lastSerial: UInt64 = 0
    private var mutePeers: Set<IPAddress> = []
    /// Orders that no worker could have carried out, in words.
    package private(set) var violations: [String] = []
    package private(set) var appliedCount = 0
    /// What was to be played, and the digits that were to be sent, in order.
    package private(set) var played: [Playback] = []
    package private(set) var faxes: [FaxTransmission] = []
    package private(set) var recordings: [Recording] = []
    /// By recording, when it began.
    package private(set) var recordingsRunning: [RecordingID: Instant] = [:]
    package private(set) var digitsSent: [String] = []
    private var playbacks: [PlaybackTarget: PlaybackID] = [:]
    private var deafPorts: Set<MediaPortID> = []
    private var definedMusic: Set<UInt8> = []
    /// Says nothing of ports that are released, as a worker that hangs.
    package var withholdsReleases = false

    package init(
        ipv4: IPAddress, ipv6: IPAddress = IPAddress(ipv6High: 0xFD00_0000_0000_0000, low: 1), portsMax: Int = 4_096
    ) {
        self.ipv4 = ipv4
        self.ipv6 = ipv6
        self.portsMax = portsMax
    }

    package var deadline: Instant? {
        switch (due.deadline, silences.deadline) {
        case (let event?, let silence?): min(event, silence)
        case (let event, let silence): event ?? silence
        }
    }

    /// Ports handed over to signalling so far.
    package var leaseCount: Int { ports.count }
    /// Ports with a plan, or on their way out of one.
    package var busyCount: Int { ports.values.count { $0.state != .idle } }

    /// Whether RTP sent to `endpoint` would be heard: a port with a plan is bound there.
    package func listens(at endpoint: Endpoint) -> Bool {
        guard let id = portOfEndpoint[endpoint], case .planned = ports[id]?.state else { return false }
        return true
    }

    /// The plan of the port that is bound there.
    package func plan(at endpoint: Endpoint) -> MediaPlan? {
        guard let id = portOfEndpoint[endpoint], case .planned(let plan) = ports[id]?.state else { return nil }
        return plan
    }

    /// Whether a port that was handed over is bound there.
    package func owns(_ endpoint: Endpoint) -> Bool { portOfEndpoint[endpoint] != nil }

    /// From now on no RTP comes from this address; ports that watch for silence will notice.
    package mutating func fallSilent(_ address: IPAddress, now: Instant) {
        mutePeers.insert(address)
        for (id, port) in ports {
            if case .planned(let plan) = port.state { watch(id, plan, now: now) }
        }
    }

    package mutating func speakAgain(_ address: IPAddress) {
        mutePeers.remove(address)
        for (id, port) in ports {
            if case .planned(let plan) = port.state, plan.remote?.address == address { silences.cancel(id) }
        }
    }

    /// The DTLS handshake with this address comes to nothing.
    package mutating func failSecurity(_ address: IPAddress, _ failure: SecurityFailure, now: Instant) {
        for (id, port) in ports {
            guard case .planned(let plan) = port.state, plan.remote?.address == address else { continue }
            post(.securityFailed(id, failure), now: now)
        }
    }

    /// Carries one order out.
    package mutating func carryOut(_ command: MediaCommand, now: Instant) {
        switch command {
        case .apply(let assignments): apply(assignments, now: now)
        case .release(let ids): release(ids, now: now)
        case .prepare(let worker, let count, let isIPv6):
            prepare(worker: worker, count: count, isIPv6: isIPv6, now: now)
        case .play(let playback, let target): play(playback, at: target, now: now)
        case .define(let music, let items, let worker):
            if items.isEmpty { violations.append("\(music) of worker \(worker) has nothing to play") }
            definedMusic.insert(worker)
        case .sendDigits(let id, let digits): sendDigits(digits, to: id)
        case .report(let ids):
            for id in ids {
                guard case .planned = ports[id]?.state else {
                    violations.append("figures of \(id), which has no plan")
                    continue
                }
                post(.figures(id, figures(of: id)), now: now)
            }
        case .fax(let transmission): fax(transmission, now: now)
        case .record(let recording): record(recording, now: now)
        case .stopRecording(let id, _): stopRecording(id, now: now)
        case .change(let id, let target, .stop): stopPlayback(id, at: target, now: now)
        case .change: violations.append("nothing should send \(command) yet")
        }
    }

    /// The next event that is due.
    package mutating func popDue(now: Instant) -> MediaEvent? {
        if let serial = due.popDue(now: now), let event = events.removeValue(forKey: serial) {
            switch event {
            case .released(let id, _): ports[id]?.state = .idle
            case .playbackEnded(let id, let target, _):
                // Replaced by another, or its port was released meanwhile.
                guard playbacks[target] == id else { return popDue(now: now) }
                playbacks[target] = nil
            default: break
            }
            return event
        }
        if let id = silences.popDue(now: now), case .planned(let plan) = ports[id]?.state, let limit = plan.silenceLimit
        {
            return .silent(id, afterSeconds: limit.seconds)
        }
        return nil
    }

    private mutating func apply(_ assignments: [MediaCommand.Assignment], now: Instant) {
        appliedCount += 1
        let workers = Set(assignments.map(\.port.worker))
        if workers.count > 1 { violations.append("one command for ports of workers \(workers.sorted())") }
        for (id, plan) in assignments.map({ ($0.port, $0.plan) }) {
            switch ports[id]?.state {
            case nil: violations.append("plan for \(id), which was never leased")
            case .releasing?: violations.append("plan for \(id), which is being released")
            case .idle?, .planned?:
                ports[id]?.state = .planned(plan)
                watch(id, plan, now: now)
            }
        }
        for assignment in assignments { verify(assignment) }
        for assignment in assignments {
            guard let sink = assignment.plan.sink else { continue }
            if sink.worker != assignment.port.worker {
                violations.append("\(assignment.port) sends to \(sink) of another worker")
            }
            guard case .planned = ports[sink]?.state else {
                violations.append("\(assignment.port) sends to \(sink), which has no plan")
                continue
            }
        }
    }

    /// What a plan must not ask of a worker.
    private mutating func verify(_ assignment: MediaCommand.Assignment) {
        let (id, plan) = (assignment.port, assignment.plan)
        if plan.seat != nil, plan.sink != nil { violations.append("\(id) is in a room and forwards too") }
        if plan.music != nil, !definedMusic.contains(id.worker) {
            violations.append("\(id) plays music that worker \(id.worker) was never told of")
        }
        if plan.seat != nil || plan.music != nil, plan.sending == nil {
            violations.append("\(id) is to hear what cannot be encoded for it")
        }
        guard let room = plan.seat?.room else { return }
        let others = ports.filter { $0.value.room == room && $0.key.worker != id.worker }
        if !others.isEmpty { violations.append("\(room) is on workers \(id.worker) and \(others.keys.map(\.worker))") }
    }

    private mutating func play(_ playback: Playback, at target: PlaybackTarget, now: Instant) {
        switch target {
        case .port(let id):
            guard case .planned(let plan) = ports[id]?.state, plan.sending != nil else {
                return violations.append("playback at \(id), which cannot send sound")
            }
        case .room(let room, let worker):
            guard ports.contains(where: { $0.key.worker == worker && $0.value.room == room }) else {
                return violations.append("playback in \(room) of worker \(worker), where nobody is")
            }
        }
        played.append(playback)
        playbacks[target] = playback.id
        if playback.isEndless { return }
        post(.playbackEnded(playback.id, target, .finished), now: now, after: Self.playbackLength)
    }

    private mutating func stopPlayback(_ id: PlaybackID, at target: PlaybackTarget, now: Instant) {
        guard playbacks[target] == id else { return violations.append("playback \(id) stopped, which does not run") }
        post(.playbackEnded(id, target, .stopped), now: now)
    }

    /// A machine hears another after a moment, and has its pages through in half a minute, if its port lives so long.
    private mutating func fax(_ transmission: FaxTransmission, now: Instant) {
        guard case .planned(let plan) = ports[transmission.port]?.state, plan.fax == .machine(nil) else {
            return violations.append("fax machine at \(transmission.port), which has no place for it")
        }
        faxes.append(transmission)
        post(.faxProgressed(transmission.id, .machineHeard), now: now, after: .seconds(2))
        post(.faxEnded(transmission.id, Self.faxEnd), now: now, after: .seconds(30))
    }

    /// How faxes end here.
    package static let faxEnd = FaxEnd(pages: 3, bitRate: 14_400, document: "/fax/x.pdf", remoteIdentity: "+49 30 1")

    private mutating func record(_ recording: Recording, now: Instant) {
        for id in recording.ports {
            guard case .planned = ports[id]?.state else {
                return violations.append("recording of \(id), which has no plan")
            }
        }
        if Set(recording.ports.map(\.worker)).count > 1 { violations.append("recording of ports of two workers") }
        recordings.append(recording)
        recordingsRunning[recording.id] = now
    }

    private mutating func stopRecording(_ id: RecordingID, now: Instant) {
        guard let begun = recordingsRunning.removeValue(forKey: id) else {
            return violations.append("recording \(id) stopped, which does not run")
        }
        post(.recordingEnded(id, .finished(bytes: 44, duration: now - begun, packetsDropped: 0)), now: now)
    }

    private mutating func sendDigits(_ digits: String, to id: MediaPortID) {
        guard case .planned(let plan) = ports[id]?.state, plan.sending != nil else {
            return violations.append("digits to \(id), which cannot send them")
        }
        digitsSent.append(digits)
    }

    /// The peer of the port that is bound there presses a key.
    package mutating func press(_ digit: Character, at endpoint: Endpoint, now: Instant) {
        guard let id = portOfEndpoint[endpoint], case .planned(let plan) = ports[id]?.state, plan.reportsDigits else {
            return
        }
        post(.digit(id, digit, milliseconds: 100), now: now)
    }

    /// What a worker would have counted: peers that fell silent sent nothing, all others something.
    private func figures(of id: MediaPortID) -> MediaStatistics {
        var figures = MediaStatistics()
        figures.packetsSent = 100
        figures.packetsReceived = deafPorts.contains(id) ? 0 : 100
        return figures
    }

    /// Nothing was ever heard from the peer of the port that is bound there.
    package mutating func hearNothing(at endpoint: Endpoint) {
        if let id = portOfEndpoint[endpoint] { deafPorts.insert(id) }
    }

    private mutating func release(_ ids: [MediaPortID], now: Instant) {
        if Set(ids).count < ids.count { violations.append("one command releases a port twice: \(ids)") }
        for id in ids {
            switch ports[id]?.state {
            case nil: violations.append("release of \(id), which was never leased")
            case .releasing?: violations.append("second release of \(id)")
            case .idle?, .planned?:
                ports[id]?.state = .releasing
                silences.cancel(id)
                playbacks[.port(id)] = nil
                if !withholdsReleases { post(.released(id, figures(of: id)), now: now) }
            }
        }
        let released = Set(ids)
        for (id, port) in ports {
            guard case .planned(let plan) = port.state, let sink = plan.sink, released.contains(sink) else { continue }
            violations.append("\(id) still sends to \(sink), which was released")
        }
    }

    private mutating func prepare(worker: UInt8, count: Int, isIPv6: Bool, now: Instant) {
        let given = ports.values.count { $0.lease.rtp.address.isIPv6 == isIPv6 }
        let granted = max(0, min(count, portsMax - given))
        var leases: [PortLease] = []
        for offset in 0..<granted {
            let slot = UInt32(ports.count)
            let port = UInt16(16_384 + 2 * ((given + offset) % 8_192))
            let address = isIPv6 ? ipv6 : ipv4
            let lease = PortLease(
                id: MediaPortID(worker: worker, slot: slot), rtp: Endpoint(address, port: port),
                rtcp: Endpoint(address, port: port + 1))
            ports[lease.id] = Port(lease: lease)
            portOfEndpoint[lease.rtp] = lease.id
            leases.append(lease)
        }
        if !leases.isEmpty { post(.leased(leases), now: now) }
        if granted < count {
            post(.leasesExhausted(worker: worker, isIPv6: isIPv6, missing: count - granted), now: now)
        }
    }

    private mutating func watch(_ id: MediaPortID, _ plan: MediaPlan, now: Instant) {
        guard let remote = plan.remote, mutePeers.contains(remote.address), plan.receives, let limit = plan.silenceLimit
        else { return silences.cancel(id) }
        if silences.deadline(of: id) == nil { silences.schedule(id, at: now + limit) }
    }

    private mutating func post(_ event: MediaEvent, now: Instant, after delay: Interval = Self.delay) {
        lastSerial += 1
        events[lastSerial] = event
        due.schedule(lastSerial, at: now + delay)
    }
}

extension Playback {
    /// It ends only when it is stopped.
    fileprivate var isEndless: Bool {
        repetition == .forever
            || items.contains { if case .tone(_, _, atMost: nil) = $0 { true } else { false } }
    }
}
