import MediaControl
import MediaSecurity
import PBXBase
import RTPGrammar

/// One media thread: it owns its sockets and sessions and is the only one that touches them.
///
/// A turn is: sleep, carry out commands, read every socket that has something and send it on, report. Nothing on the
/// way of a packet allocates, counts references, locks or logs; the clock is read once per turn.
///
/// The parts: `+Commands` plans and leases, `+Forwarding` the way of a packet, `+Latching` who the peer is, `+Events`
/// what is reported; `+Sound` which ports make sound of their own, `+Rooms`, `+Mixing`, `+Music`, `+Players`, `+Digits`
/// and `+Recording` how, `+Sending` how it leaves; `+Reports` RTCP.
struct MediaWorker<IO: PacketIO & ~Copyable>: ~Copyable {
    /// Larger datagrams are no voice; they are dropped.
    static var packetBytesMax: Int { 2_048 }
    /// Commands carried out before packets get their turn again.
    static var commandsPerTurnMax: Int { 256 }
    /// Port pairs bound before packets get their turn again: half a millisecond or so.
    static var pairsPerTurnMax: Int { 32 }
    /// Packets read at once from a socket whose peer changes: more than its receive buffer holds.
    static var drainMax: Int { 512 }
    /// How often silence is looked for; also how late it may be reported.
    static var watchInterval: Interval { .milliseconds(250) }
    /// How long to wait for room in a full event ring before trying again.
    static var eventRetryInterval: Interval { .milliseconds(5) }

    let index: UInt8
    let channel: WorkerChannel
    var io: IO
    var sessions = SessionTable()
    let packet: UnsafeMutableRawBufferPointer
    var now: Instant

    var ipv4Ports: PortPairs?
    var ipv6Ports: PortPairs?
    let ipv4Address: IPAddress?
    let ipv6Address: IPAddress?

    let laws = LawTables()
    var sound = SoundTables()
    var random = SystemRandom()
    /// The CNAME of all our streams (RFC 7022 §5: random, so that it tells nothing).
    let canonicalName: String
    /// Where reports are written; room for the longest.
    var reportBytes: [UInt8] = []
    /// Our side of DTLS; nil when the machine could make no key.
    let identity: DTLSIdentity?
    var preparations = PreparationQueue()
    var unreported = UnreportedEvents()
    var handshakes = HandshakeBacklog()
    /// Sockets whose packets are protected: with none there are no keys to fetch.
    var protectedCount = 0

    var pacing = Pacing()
    private var nextWatch: Instant
    private var hasMoreReady = false
    private var hasMoreCommands = false

    init(
        index: UInt8, settings: MediaEngineSettings, channel: WorkerChannel, io: consuming IO,
        identity: DTLSIdentity? = nil
    ) {
        self.index = index
        self.channel = channel
        self.identity = identity
        self.io = io
        packet = .allocate(byteCount: Self.packetBytesMax, alignment: 16)
        ipv4Address = settings.ipv4Address
        ipv6Address = settings.ipv6Address
        let pairs = PortPairs(range: settings.ports, worker: Int(index), workers: settings.workers)
        ipv4Ports = settings.ipv4Address == nil ? nil : pairs
        ipv6Ports = settings.ipv6Address == nil ? nil : pairs
        canonicalName = random.token(symbols: 20)
        reportBytes.reserveCapacity(RTCPCompoundWriter.bytesMax)
        now = self.io.now
        nextWatch = now + Self.watchInterval
    }

    deinit { packet.deallocate() }

    /// Works until told to stop, then closes every socket.
    mutating func run() {
        while !channel.isStopping { turn() }
        for slot in 0..<UInt32(sessions.count) {
            guard let session = sessions[slot] else { continue }
            io.close(session.pointee.rtpSocket)
            io.close(session.pointee.rtcpSocket)
        }
    }

    /// One wake-up.
    mutating func turn() {
        let pause = nextPause()
        let readyCount = io.wait(pause)
        channel.wakeUp()
        now = io.now
        handshakes.turnBegan()
        takeCommands()
        prepareSomePairs()
        for index in 0..<readyCount {
            prefetch(from: index, of: readyCount)
            let ready = io.readySocket(index)
            guard let session = sessions[ready.slot] else { continue }
            if ready.hasError { takeRefusals(of: session) }
            if ready.isRTCP { rtcpReadable(session) } else { rtpReadable(session) }
        }
        makeSound()
        workOffHandshakes()
        hasMoreReady = readyCount == io.readySocketsMax
        pacing.wokeUp(packets: readyCount, now: now)
        if now >= nextWatch {
            watch()
            nextWatch = now + Self.watchInterval
        }
        report()
    }

    private func nextPause() -> Pause {
        if hasMoreReady || hasMoreCommands || !preparations.isEmpty { return .none }
        if pacing.isTicking { return .until(min(pacing.nextTick, sound.clock.next ?? pacing.nextTick)) }
        if !handshakes.isEmpty { return .none }
        let next = Instant.earliest(sound.clock.next, handshakes.deadline)
        let beat = next.map { max(.zero, $0 - now) }
        guard channel.fallAsleep() else { return .none }
        if !unreported.isEmpty {
            return .untilReady(atMost: min(beat ?? Self.eventRetryInterval, Self.eventRetryInterval))
        }
        let watch = sessions.activeCount == 0 ? nil : max(.zero, nextWatch - now)
        guard let beat else { return .untilReady(atMost: watch) }
        return .untilReady(atMost: watch.map { min($0, beat) } ?? beat)
    }

    /// The datagram of `count` bytes that was read last.
    func received(_ count: Int) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: packet.baseAddress?.assumingMemoryBound(to: UInt8.self), count: count)
    }

    private mutating func takeCommands() {
        for _ in 0..<Self.commandsPerTurnMax {
            guard let order = channel.orders.pop() else {
                hasMoreCommands = false
                channel.commandsTaken()
                return
            }
            carryOut(order)
        }
        hasMoreCommands = true
    }

    /// What needs no more than a look four times a second.
    private mutating func watch() {
        for index in 0..<sessions.activeCount {
            guard let session = sessions[sessions.activeSlot(at: index)] else { continue }
            watchForSilence(session)
            guard session.pointee.audio != nil else { continue }
            endOverdueKeys(of: session)
            sendReports(of: session)
        }
    }

    private mutating func watchForSilence(_ session: UnsafeMutablePointer<Session>) {
        guard let limit = session.pointee.silenceLimit, session.pointee.receives, !session.pointee.wasSilenceReported
        else { return }
        let silence = now - session.pointee.lastHeard
        guard silence >= limit else { return }
        session.pointee.wasSilenceReported = true
        session.pointee.silentSeconds = silence.seconds
        note(.silent, of: session)
    }
}
