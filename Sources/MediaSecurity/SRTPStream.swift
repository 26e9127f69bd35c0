/// What a context knows of one source: roll-over counter and replay windows (RFC 3711 §3.2.3). Plain memory.
struct SRTPStream {
    let ssrc: UInt32
    /// By the 48 bits of roll-over counter and sequence number.
    var rtp = ReplayWindow()
    /// By the 31 bits of the SRTCP index.
    var rtcp = ReplayWindow()
    /// The index of the next SRTCP packet that we send (RFC 3711 §3.4).
    var nextRTCPIndex: UInt32 = 0

    init(ssrc: UInt32) { self.ssrc = ssrc }

    /// The packet index that a sequence number means (RFC 3711 §3.3.1): the one nearest to the highest so far.
    func index(of sequence: UInt16) -> UInt64 {
        let rollOver = rtp.highest >> 16
        let highest = Int32(rtp.highest & 0xFFFF)
        let distance = Int32(sequence) - highest
        var guess = rollOver
        if highest < 0x8000 {
            // Nothing lies before the first round: what looks like it is ahead.
            if distance > 0x8000, rollOver > 0 { guess = rollOver &- 1 }
        } else if distance < -0x8000 {
            guess = rollOver &+ 1
        }
        return guess << 16 | UInt64(sequence)
    }
}

/// The streams of one context by SSRC. All room is there from the beginning.
struct SRTPStreamTable: ~Copyable {
    private let streams: UnsafeMutablePointer<SRTPStream>
    private let capacity: Int
    private var count = 0
    /// Where the last packet's stream was: a leg has one most of the time.
    private var latest = 0

    init(capacity: Int) {
        self.capacity = capacity
        streams = .allocate(capacity: capacity)
    }

    deinit { streams.deallocate() }

    /// Where the stream of the next packet probably lies.
    var likely: UnsafeRawPointer { UnsafeRawPointer(streams + latest) }

    /// nil when no packet of this source has been taken in yet.
    mutating func find(_ ssrc: UInt32) -> UnsafeMutablePointer<SRTPStream>? {
        if latest < count, streams[latest].ssrc == ssrc { return streams + latest }
        for index in 0..<count where streams[index].ssrc == ssrc {
            latest = index
            return streams + index
        }
        return nil
    }

    var isFull: Bool { count == capacity }

    /// Adds a source that `find` does not know; the table must not be full.
    mutating func add(_ stream: SRTPStream) {
        precondition(!isFull, "whoever adds a stream has looked for room")
        (streams + count).initialize(to: stream)
        latest = count
        count += 1
    }
}
