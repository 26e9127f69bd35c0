import PBXBase

/// Everything a media worker wants from the world: sockets, the clock and sleep. A generic parameter of the worker, so
/// that calls are specialised; `SyscallIO` is the kernel, `MemoryIO` a table for tests.
///
/// Sockets are small numbers. Calls that may fail return a negated `errno`.
protocol PacketIO: ~Copyable {
    /// Sleeps as `pause` says, then returns how many sockets can be read (see `readySocket`).
    mutating func wait(_ pause: Pause) -> Int

    /// The most that one `wait` reports; the rest is reported by the next.
    var readySocketsMax: Int { get }

    /// The monotonic clock as of the last `wait`.
    var now: Instant { get }

    /// The wall clock, read now: for the few packets that carry it.
    var wallTime: WallTime { get }

    /// The n-th readable socket of the last `wait`; a socket with several packets is reported again by the next one.
    func readySocket(_ index: Int) -> ReadySocket

    /// Binds an RTP socket to `address`:`port` and an RTCP socket to the port above.
    mutating func openPair(at rtp: Endpoint, slot: UInt32) -> PairOpening
    mutating func close(_ socket: Int32)

    /// Reads one datagram. Returns its length, which exceeds the buffer's when the datagram was cut off; `-EAGAIN` when
    /// there is none.
    mutating func receive(_ socket: Int32, into buffer: UnsafeMutableRawBufferPointer) -> Int

    /// The same, and tells who sent it; `source` is nil when the kernel did not say.
    mutating func receive(
        _ socket: Int32, into buffer: UnsafeMutableRawBufferPointer, source: inout Endpoint?
    ) -> Int

    /// Sends on a connected socket. 0 or `-errno`.
    mutating func send(_ socket: Int32, _ packet: UnsafeRawBufferPointer) -> Int

    /// Sends on a socket that is not connected, from the address `local` of this machine (nil: what the socket is bound
    /// to, or else what the route suggests). 0 or `-errno`.
    mutating func send(
        _ socket: Int32, _ packet: UnsafeRawBufferPointer, to target: Endpoint, from local: IPAddress?
    ) -> Int

    /// Makes `remote` the only peer of the socket: the kernel drops what others send. 0 or `-errno`.
    mutating func connect(_ socket: Int32, to remote: Endpoint) -> Int
    mutating func disconnect(_ socket: Int32)

    /// The host that answered one of our packets with "port unreachable", and the port it was sent to; nil when there
    /// is no such answer. Call until nil after a socket is reported with an error.
    mutating func takeRefusal(_ socket: Int32) -> Endpoint?

    /// The address of ours that the socket is bound to; a connected one always has one.
    func localAddress(of socket: Int32) -> IPAddress?
}

/// How long a worker sleeps.
enum Pause: Hashable, Sendable {
    /// Until a socket can be read or a command comes, at most this long (nil: however long it takes).
    case untilReady(atMost: Interval?)
    /// Until this moment, whatever comes: packets are then read in one go.
    case until(Instant)
    /// Not at all: there is work left.
    case none
}

/// A socket with something to read.
struct ReadySocket: Hashable, Sendable {
    var slot: UInt32
    var isRTCP: Bool
    /// The kernel keeps answers to packets of ours (see `PacketIO.takeRefusal`); there may be nothing to read.
    var hasError: Bool

    init(slot: UInt32, isRTCP: Bool, hasError: Bool = false) {
        self.slot = slot
        self.isRTCP = isRTCP
        self.hasError = hasError
    }
}

/// What became of an attempt to bind a port pair.
enum PairOpening: Hashable, Sendable {
    case opened(rtp: Int32, rtcp: Int32)
    /// Another program has one of the two ports: try the next pair.
    case portInUse
    /// The kernel gives no more sockets, or the address is not ours: trying further ports is useless.
    case refused(errno: Int32)
}
