package import PBXBase

/// One outgoing RTP stream as its receiver sees it: one SSRC, sequence numbers and timestamps that run on, whatever
/// feeds it: a peer whose packets are forwarded, another peer after a transfer, a player, a mixer.
///
/// Within a source the offset to our numbers stays, so that what was lost, reordered or left silent on the way to us is
/// still seen as such behind us. At a change of source the sequence goes on by one and the timestamp by the time
/// passed.
///
///     idle ──originate──▶ own ──forward──▶ forwarding(source A) ──other SSRC, jump──▶ forwarding(source B)
///       every arrow into a source sets the marker on its first packet of sound: a new talk spurt (RFC 3551 §4.1)
package struct RTPSendStream: Sendable {
    /// Further ahead than this a source has started anew (RFC 3550 A.1, MAX_DROPOUT).
    static let dropoutMax = 3_000
    /// Further behind than this it has started anew (RFC 3550 A.1, MAX_MISORDER).
    static let misorderMax = 100

    /// How a source's numbers become ours.
    private struct Source {
        var ssrc: SSRC
        var sequenceOffset: UInt16
        var timestampOffset: UInt32
        /// The newest of its sequence numbers.
        var newest: SequenceNumber
        /// Our sequence number of its first packet: nothing of it may come before.
        var first: SequenceNumber
    }

    package private(set) var ssrc: SSRC
    /// RTP clock of what is sent, in Hz.
    package private(set) var clockRate: Int
    package private(set) var packetCount: UInt32 = 0
    /// Payload bytes (RFC 3550 §6.4.1).
    package private(set) var byteCount: UInt32 = 0
    /// Packets that arrived too late to be fitted in before what has been sent since.
    package private(set) var stragglersDropped: UInt32 = 0

    /// The newest numbers that have gone out, or that the first packet follows.
    private var lastSequence: SequenceNumber
    private var lastTimestamp: RTPTimestamp
    /// When `lastTimestamp` was current; nil before the first packet. Events do not count: their timestamps stand
    /// still.
    private var timedAt: Instant?
    /// How long the last own packet lasts.
    private var lastTicks = 0
    private var source: Source?
    private var formerSource: Source?
    private var isMarkerDue = true

    /// A stream that begins at random numbers (RFC 3550 §5.1).
    package init(clockRate: Int, random: inout some RandomSource) {
        let draw = random.next()
        self.init(
            ssrc: SSRC(UInt32(truncatingIfNeeded: random.next())), clockRate: clockRate,
            // Below half the range, as SRTP receivers may miss an early roll-over (RFC 3711 §3.3.1).
            firstSequence: SequenceNumber(UInt16(truncatingIfNeeded: draw) & 0x7FFF),
            firstTimestamp: RTPTimestamp(UInt32(truncatingIfNeeded: draw >> 32)))
    }

    package init(ssrc: SSRC, clockRate: Int, firstSequence: SequenceNumber, firstTimestamp: RTPTimestamp) {
        self.ssrc = ssrc
        self.clockRate = max(1, clockRate)
        lastSequence = firstSequence.advanced(by: -1)
        lastTimestamp = firstTimestamp
    }

    /// The header of the next packet of our own sound, lasting `ticks` of the RTP clock. Timestamps follow one another
    /// without regard to the moment of sending, so that a late wake-up is not heard as a gap.
    package mutating func originate(
        payloadType: UInt8, ticks: Int, payloadBytes: Int, now: Instant
    ) -> RTPHeader {
        if source != nil || timedAt == nil {
            leaveSource(now: now)
        } else {
            lastTimestamp = lastTimestamp.advanced(by: lastTicks)
        }
        lastTicks = ticks
        lastSequence = lastSequence.next
        let header = RTPHeader(
            marker: takeMarker(), payloadType: payloadType, sequenceNumber: lastSequence, timestamp: lastTimestamp,
            ssrc: ssrc)
        timedAt = now
        count(payloadBytes: payloadBytes)
        return header
    }

    /// The header of a telephone-event packet of our own: `timestamp` is that of the key press (RFC 4733 §2.2.1), which
    /// `nextTimestamp` gave when it began.
    package mutating func originateEvent(
        payloadType: UInt8, marker: Bool, timestamp: RTPTimestamp, payloadBytes: Int, now: Instant
    ) -> RTPHeader {
        if source != nil || timedAt == nil {
            leaveSource(now: now)
            timedAt = now
        }
        lastSequence = lastSequence.next
        let header = RTPHeader(
            marker: marker, payloadType: payloadType, sequenceNumber: lastSequence, timestamp: timestamp, ssrc: ssrc)
        count(payloadBytes: payloadBytes)
        return header
    }

    /// Own sound pauses for `ticks` (silence suppressed, digits instead): the next packet begins a talk spurt.
    package mutating func pause(ticks: Int) {
        lastTicks += ticks
        isMarkerDue = true
    }

    /// The timestamp that own sound sent now would carry.
    package var nextTimestamp: RTPTimestamp { lastTimestamp.advanced(by: lastTicks) }

    /// A packet of a source as it goes on in this stream; nil when it belongs before what has been sent since the
    /// source changed and must be dropped. Payload type and marker are kept, the marker is added at a change of
    /// source.
    package mutating func forward(
        _ received: RTPHeader, isTelephoneEvent: Bool = false, now: Instant
    ) -> RTPHeader? {
        guard let found = map(received, now: now) else {
            stragglersDropped &+= 1
            return nil
        }
        var header = RTPHeader(
            marker: received.marker, payloadType: received.payloadType, sequenceNumber: found.sequence,
            timestamp: found.timestamp, ssrc: ssrc)
        // The marker of an event says that a key went down, not that sound begins.
        if !isTelephoneEvent, isMarkerDue { header.marker = takeMarker() || header.marker }
        if lastSequence.distance(to: found.sequence) > 0 {
            lastSequence = found.sequence
            if !isTelephoneEvent || timedAt == nil {
                lastTimestamp = found.timestamp
                lastTicks = 0
                timedAt = now
            }
        }
        count(payloadBytes: received.payload.count)
        return header
    }

    /// The next packet, even with the SSRC of the one before, comes from somewhere else (transfer, re-INVITE).
    package mutating func sourceChanged() {
        formerSource = source
        source = nil
        isMarkerDue = true
    }

    /// The codec's clock has changed (re-INVITE); timestamps go on from where they are.
    package mutating func clockRateChanged(to rate: Int) {
        clockRate = max(1, rate)
        sourceChanged()
        formerSource = nil
    }

    /// The peer sends with our SSRC (RFC 3550 §8.2): go on under another.
    package mutating func ssrcCollided(random: inout some RandomSource) {
        ssrc = SSRC(UInt32(truncatingIfNeeded: random.next()))
        packetCount = 0
        byteCount = 0
        isMarkerDue = true
    }

    /// What RTCP says of this stream at `now`; nil before the first packet.
    package func senderReport(now: Now) -> RTCPSenderReport? {
        guard let timedAt, packetCount > 0 else { return nil }
        return RTCPSenderReport(
            ssrc: ssrc, ntp: NTPTimestamp(now.wall),
            timestamp: lastTimestamp.advanced(by: ticks(from: timedAt, to: now.instant)), packetCount: packetCount,
            byteCount: byteCount)
    }

    private mutating func map(
        _ received: RTPHeader, now: Instant
    ) -> (sequence: SequenceNumber, timestamp: RTPTimestamp)? {
        if var current = source, current.ssrc == received.ssrc {
            let ahead = current.newest.distance(to: received.sequenceNumber)
            if ahead <= Self.dropoutMax, ahead >= -Self.misorderMax {
                let sequence = received.sequenceNumber.advanced(by: Int(current.sequenceOffset))
                guard current.first.distance(to: sequence) >= 0 else { return nil }
                if ahead > 0 {
                    current.newest = received.sequenceNumber
                    // Moves along, so that `first` never looks ahead again after half a turn of the numbers.
                    if current.first.distance(to: sequence) > 16_384 {
                        current.first = sequence.advanced(by: -Self.misorderMax)
                    }
                    source = current
                }
                return (sequence, received.timestamp.advanced(by: Int(current.timestampOffset)))
            }
        } else if let former = formerSource, former.ssrc == received.ssrc, let current = source {
            let ahead = former.newest.distance(to: received.sequenceNumber)
            if ahead <= 0, ahead >= -Self.misorderMax {
                let sequence = received.sequenceNumber.advanced(by: Int(former.sequenceOffset))
                guard former.first.distance(to: sequence) >= 0, sequence.distance(to: current.first) > 0 else {
                    return nil
                }
                return (sequence, received.timestamp.advanced(by: Int(former.timestampOffset)))
            }
        }
        return enter(received, now: now)
    }

    /// Begins a source with `received`: its first packet follows what went out last.
    private mutating func enter(
        _ received: RTPHeader, now: Instant
    ) -> (sequence: SequenceNumber, timestamp: RTPTimestamp) {
        let sequence = lastSequence.next
        let timestamp = continuedTimestamp(now: now)
        if source != nil { formerSource = source }
        source = Source(
            ssrc: received.ssrc, sequenceOffset: sequence.value &- received.sequenceNumber.value,
            timestampOffset: timestamp.value &- received.timestamp.value, newest: received.sequenceNumber,
            first: sequence)
        isMarkerDue = true
        return (sequence, timestamp)
    }

    private mutating func leaveSource(now: Instant) {
        lastTimestamp = continuedTimestamp(now: now)
        formerSource = nil
        source = nil
        isMarkerDue = true
    }

    /// What a packet of a new source carries: later than the last by the time passed, at the least by that of one own
    /// packet or one tick, as equal timestamps would make it part of the former packet's sound.
    private func continuedTimestamp(now: Instant) -> RTPTimestamp {
        guard let timedAt else { return lastTimestamp }
        return lastTimestamp.advanced(by: max(1, lastTicks, ticks(from: timedAt, to: now)))
    }

    private func ticks(from earlier: Instant, to later: Instant) -> Int {
        let microseconds = max(0, (later - earlier).nanoseconds / 1_000)
        // A day of silence wraps the timestamp anyway.
        return Int(min(microseconds, 86_400_000_000)) * clockRate / 1_000_000
    }

    private mutating func takeMarker() -> Bool {
        defer { isMarkerDue = false }
        return isMarkerDue
    }

    private mutating func count(payloadBytes: Int) {
        packetCount &+= 1
        byteCount &+= UInt32(truncatingIfNeeded: payloadBytes)
    }
}

extension RTPHeader {
    /// Writes marker, payload type, sequence number, timestamp and SSRC over those of a packet, the rest stays; for
    /// packets that go on with other numbers. The packet must have a fixed header.
    package func overwrite(_ packet: inout MutableSpan<UInt8>) {
        guard packet.count >= Self.fixedBytes else { return }
        packet[1] = (marker ? 0x80 : 0) | payloadType & 0x7F
        packet[2] = UInt8(truncatingIfNeeded: sequenceNumber.value >> 8)
        packet[3] = UInt8(truncatingIfNeeded: sequenceNumber.value)
        for index in 0..<4 {
            let shift = UInt32(24 - 8 * index)
            packet[4 + index] = UInt8(truncatingIfNeeded: timestamp.value >> shift)
            packet[8 + index] = UInt8(truncatingIfNeeded: ssrc.value >> shift)
        }
    }
}
