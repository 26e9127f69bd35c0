package import PBXBase
package import RTPGrammar

/// Turns packets that come when they like into sound that is due when it is due: reorders, waits as long as the jitter
/// of the last seconds demands and no longer, and says what is missing (adaptive, per leg, only where sound is
/// decoded).
///
/// All storage is made at once; afterwards nothing is allocated. The reader asks `next` whenever it has too little
/// decoded sound left, and tells how much that is, so that packets of any length go with ticks of any length.
///
///     paused ──first packet due──▶ playing ──none there──▶ playing (underrun) ──underrunMax──▶ paused
///       ▲                            └──comfort noise, pause in the timestamps────────────────────┘
///     a new SSRC, a jump of sequence or timestamp, too much at once: paused, and measuring anew
package struct JitterBuffer: ~Copyable {
    /// How a buffer is made. Delays are those between the fastest arrival and playing.
    package struct Settings: Hashable, Sendable {
        /// RTP clock in Hz.
        package var clockRate: Int
        /// Packets that find room, a power of two: 64 of 10 ms are 640 ms.
        package var slots = 64
        /// Longer payloads are refused.
        package var payloadBytesMax = 640
        package var delayInitialMilliseconds = 40
        package var delayMinMilliseconds = 0
        package var delayMaxMilliseconds = 400

        package init(clockRate: Int) { self.clockRate = clockRate }
    }

    /// What a packet is, as its payload type and length tell.
    package enum Content: Hashable, Sendable {
        /// Sound that lasts so many ticks of the RTP clock.
        case sound(ticks: Int)
        /// Sound, after which the sender is silent until it sends again (Opus DTX).
        case lastSound(ticks: Int)
        /// RFC 3389.
        case comfortNoise
        /// RFC 4733: not stored, but its sequence number is accounted for.
        case telephoneEvent
    }

    package enum Insertion: Hashable, Sendable {
        case stored
        /// The time to play it is over.
        case late
        case duplicate
        /// Longer than `payloadBytesMax`, or lasting no time or more than `packetMilliseconds`.
        case unusable
        /// A telephone event: for whoever handles digits.
        case event
        /// Far off in sequence: kept out unless its successor follows (RFC 3550 A.1).
        case outlier
    }

    /// A packet whose turn it is.
    package struct Packet: Hashable, Sendable {
        /// Where its payload lies in `storage`, until the next `insert`.
        package var payload: Range<Int>
        package var payloadType: UInt8
        package var timestamp: RTPTimestamp
        package var marker: Bool
        package var content: Content
        /// How many ticks to cut out (negative: put in) to bring the delay where it should be.
        package var excessTicks: Int
    }

    package enum Output: Hashable, Sendable {
        /// To be decoded.
        case packet(Packet)
        /// Lost: conceal so many ticks, or take them from the redundancy of the next packet, if that has come.
        case lost(ticks: Int, next: Range<Int>?)
        /// Nothing has come; it may yet: conceal as long as the reader likes. Time stands still for what comes.
        case underrun
        /// The sender is silent: comfort noise, or silence.
        case pause
    }

    package static let slotsMax = 1_024
    package static let packetMilliseconds = 1...120
    /// Nothing for so long is a pause rather than a loss.
    static let underrunMillisecondsMax = 120
    /// A timestamp further off than this has nothing to do with those before.
    static let jumpMicroseconds: Int64 = 2_000_000
    /// Sound that waits so much longer than the limit is thrown away.
    static let excessMillisecondsMax = 100
    /// The delay may be so far off its target without being corrected.
    static let toleranceMilliseconds = 3
    static let dropoutMax = 3_000
    static let misorderMax = 100
    /// Ticks between two packets that are not worth a pause, in milliseconds.
    static let seamMilliseconds = 5

    struct Slot {
        var isFull = false
        var wasPlayed = false
        var sequence = SequenceNumber(0)
        var timestamp = RTPTimestamp(0)
        var payloadType: UInt8 = 0
        var marker = false
        var content = Content.comfortNoise
        var count = 0
    }

    enum State {
        case paused
        /// The timestamp to play next, how many ticks have been concealed while nothing was there, and since the last
        /// packet.
        case playing(cursor: RTPTimestamp, held: Int)
    }

    package let settings: Settings
    /// Payloads of all packets; `Packet.payload` points into it.
    package private(set) var storage: [UInt8]
    package var counters = JitterBufferCounters()

    var slots: [Slot]
    var estimate: DelayEstimate
    var state = State.paused
    var storedCount = 0
    var source: SSRC?
    /// The sequence number after the one played last.
    var expected = SequenceNumber(0)
    var newest = SequenceNumber(0)
    var hasPlayed = false
    /// How long the last packet lasted.
    var packetTicks: Int
    private var awaited: SequenceNumber?
    /// Sequence numbers of telephone events, which leave no gap.
    private var events = InlineArray<32, UInt32>(repeating: .max)
    private var nextEvent = 0
    /// Timestamps count from the first packet, wherever they began.
    private var reference: RTPTimestamp?
    private var referenceTicks: Int64 = 0

    package init(_ settings: Settings) {
        var settings = settings
        let wanted = min(Self.slotsMax, max(8, settings.slots))
        settings.slots = 1 << (Int.bitWidth - (wanted - 1).leadingZeroBitCount)
        settings.clockRate = max(1_000, settings.clockRate)
        settings.payloadBytesMax = max(1, settings.payloadBytesMax)
        self.settings = settings
        storage = Array(repeating: 0, count: settings.slots * settings.payloadBytesMax)
        slots = Array(repeating: Slot(), count: settings.slots)
        packetTicks = settings.clockRate / 50
        estimate = DelayEstimate(
            initialMilliseconds: settings.delayInitialMilliseconds,
            leastMilliseconds: settings.delayMinMilliseconds, mostMilliseconds: settings.delayMaxMilliseconds)
    }

    /// How long sound should wait for the packets of the last seconds.
    package var targetDelay: Interval { Interval(nanoseconds: Int64(estimate.targetMilliseconds * 1_000_000)) }

    /// How long the packets are that come.
    package var packetMilliseconds: Int { packetTicks * 1_000 / settings.clockRate }

    /// Takes a packet that arrived at `now`.
    package mutating func insert(
        _ header: RTPHeader, payload: Span<UInt8>, content: Content, now: Instant
    ) -> Insertion {
        if source != header.ssrc {
            startOver()
            source = header.ssrc
        }
        guard isUsable(content, bytes: payload.count) else {
            counters.unusable &+= 1
            return .unusable
        }
        guard admit(header.sequenceNumber) else { return .outlier }
        if content == .telephoneEvent {
            events[nextEvent] = UInt32(header.sequenceNumber.value)
            nextEvent = (nextEvent + 1) & 31
            noteNewest(header.sequenceNumber)
            return .event
        }
        let microseconds = now.nanoseconds / 1_000
        checkTimestamp(header.timestamp, now: microseconds)
        estimate.packetArrived(transit: transit(of: header.timestamp, now: microseconds), now: microseconds)
        return store(header, payload: payload, content: content)
    }

    /// Forgets all packets and the source's clock, not how much it varied.
    package mutating func startOver() {
        for index in slots.indices {
            slots[index].isFull = false
            slots[index].wasPlayed = false
        }
        counters.discarded &+= UInt64(storedCount)
        storedCount = 0
        state = .paused
        hasPlayed = false
        reference = nil
        awaited = nil
        source = nil
        events = InlineArray(repeating: .max)
        estimate.sourceChanged()
    }

    // MARK: - Insertion

    private func isUsable(_ content: Content, bytes: Int) -> Bool {
        switch content {
        case .telephoneEvent: return true
        case .comfortNoise: return bytes <= settings.payloadBytesMax
        case .sound(let ticks), .lastSound(let ticks):
            return bytes <= settings.payloadBytesMax
                && (ticks * 1_000 / settings.clockRate) <= Self.packetMilliseconds.upperBound
                && ticks * 1_000 >= settings.clockRate * Self.packetMilliseconds.lowerBound
        }
    }

    /// Whether the sequence number goes with those before; starts over where it does not but its predecessor did not
    /// either.
    private mutating func admit(_ sequence: SequenceNumber) -> Bool {
        guard reference != nil else {
            newest = sequence
            expected = sequence
            return true
        }
        let ahead = newest.distance(to: sequence)
        if ahead > Self.dropoutMax || ahead < -Self.misorderMax {
            guard awaited == sequence else {
                awaited = sequence.next
                return false
            }
            let current = source
            startOver()
            source = current
            newest = sequence
            expected = sequence
        } else if expected.distance(to: sequence) >= settings.slots {
            // More than there is room for was lost, or nobody reads.
            dropStored()
            expected = sequence
        }
        awaited = nil
        return true
    }

    private mutating func noteNewest(_ sequence: SequenceNumber) {
        if newest.distance(to: sequence) > 0 { newest = sequence }
    }

    private mutating func checkTimestamp(_ timestamp: RTPTimestamp, now: Int64) {
        guard reference != nil else {
            reference = timestamp
            referenceTicks = 0
            return
        }
        let delay = estimate.delay(ofTransit: transit(of: timestamp, now: now))
        if delay.magnitude > UInt64(Self.jumpMicroseconds) {
            dropStored()
            reference = timestamp
            referenceTicks = 0
            estimate.sourceChanged()
            counters.resynchronised &+= 1
        } else {
            // The reference moves along, or a call of 12 hours would be half a turn of the timestamp.
            let step = reference?.distance(to: timestamp) ?? 0
            if step > 0 {
                referenceTicks += Int64(step)
                reference = timestamp
            }
        }
    }

    /// Arrival minus timestamp in microseconds: only differences mean anything.
    func transit(of timestamp: RTPTimestamp, now: Int64) -> Int64 {
        guard let reference else { return now }
        let ticks = referenceTicks + Int64(reference.distance(to: timestamp))
        return now - ticks * 1_000_000 / Int64(settings.clockRate)
    }

    private mutating func store(_ header: RTPHeader, payload: Span<UInt8>, content: Content) -> Insertion {
        let sequence = header.sequenceNumber
        let place = Int(sequence.value) & (settings.slots - 1)
        if slots[place].sequence == sequence, slots[place].isFull || slots[place].wasPlayed {
            counters.duplicates &+= 1
            return .duplicate
        }
        if expected.distance(to: sequence) < 0 {
            guard !hasPlayed, newest.distance(to: sequence) > -settings.slots else {
                counters.late &+= 1
                return .late
            }
            expected = sequence
        }
        let start = place * settings.payloadBytesMax
        copy(payload, to: start)
        slots[place] = Slot(
            isFull: true, wasPlayed: false, sequence: sequence, timestamp: header.timestamp,
            payloadType: header.payloadType, marker: header.marker, content: content, count: payload.count)
        storedCount += 1
        noteNewest(sequence)
        counters.stored &+= 1
        return .stored
    }

    private mutating func copy(_ payload: Span<UInt8>, to start: Int) {
        var target = storage.mutableSpan
        for index in payload.indices { target[start + index] = payload[index] }
    }

    /// Throws away what waits; the next packet begins anew.
    mutating func dropStored() {
        for index in slots.indices where slots[index].isFull { slots[index].isFull = false }
        counters.discarded &+= UInt64(storedCount)
        storedCount = 0
        state = .paused
    }

    /// How many of the missing sequence numbers before `sequence` were telephone events.
    func eventCount(before sequence: SequenceNumber) -> Int {
        var count = 0
        for index in 0..<32 where events[index] != .max {
            let event = SequenceNumber(UInt16(truncatingIfNeeded: events[index]))
            if expected.distance(to: event) >= 0, event.distance(to: sequence) > 0 { count += 1 }
        }
        return count
    }
}

/// What happened in a buffer since it was made.
package struct JitterBufferCounters: Hashable, Sendable {
    package var stored: UInt64 = 0
    package var played: UInt64 = 0
    /// Came after their time.
    package var late: UInt64 = 0
    package var duplicates: UInt64 = 0
    /// Never came, or not in time.
    package var lost: UInt64 = 0
    /// Thrown away unplayed, as too much waited or the source changed.
    package var discarded: UInt64 = 0
    /// Payloads longer than there is room for, packets of impossible length.
    package var unusable: UInt64 = 0
    /// Times that nothing was there when it was due.
    package var underruns: UInt64 = 0
    /// Jumps of the timestamp.
    package var resynchronised: UInt64 = 0
    /// Ticks that were lost or stood still for want of packets.
    package var concealedTicks: UInt64 = 0
    package var playedTicks: UInt64 = 0

    package init() {}
}
