package import PBXBase
import RTPGrammar

extension JitterBuffer {
    /// What comes after the decoded sound that the reader still has (`pendingTicks`) at `now`, for a reading that lacks
    /// `neededTicks` more. In a pause or an underrun the reader plays these of its own making and then asks again.
    package mutating func next(now: Instant, pendingTicks: Int, neededTicks: Int) -> Output {
        let moment = Moment(
            now: now.nanoseconds / 1_000, pendingTicks: pendingTicks, readingTicks: pendingTicks + neededTicks)
        dropExcess(at: moment.now)
        guard case .playing(let cursor, let held) = state else { return nextInPause(at: moment) }
        guard let place = firstPlace() else { return nextInUnderrun(cursor, held: held, neededTicks: neededTicks) }
        let first = slots[place]
        let gap = cursor.distance(to: first.timestamp)
        let seam = Self.seamMilliseconds * settings.clockRate / 1_000
        if gap <= seam { return play(place, at: moment) }
        let missing = expected.distance(to: first.sequence) - eventCount(before: first.sequence)
        if missing <= 0 {
            // Nothing is missing: the sender paused, or sent digits.
            state = .paused
            return nextInPause(at: moment)
        }
        // What was concealed while waiting for a packet that never came counts for it.
        if held >= gap { return play(place, at: moment) }
        return lose(gap: gap, held: held, missing: missing, cursor: cursor, place: place)
    }

    /// When a packet is asked for: all packets of one reading must be there as it begins, though their sound is played
    /// within it.
    private struct Moment {
        /// In microseconds.
        var now: Int64
        var pendingTicks: Int
        var readingTicks: Int
    }

    /// By how many ticks sound that was sent as `timestamp` may be played earlier (negative: should be later) for every
    /// packet to be there when it is read.
    ///
    /// Readings lie on a grid: playing earlier makes no packet be needed earlier until it crosses to the reading
    /// before. So the least wait of all packets, not that of this one, is held against the target, and corrected in
    /// steps of what lengths of packets and readings have in common.
    private func excess(of timestamp: RTPTimestamp, ticks: Int, at moment: Moment) -> Int {
        guard ticks > 0, moment.readingTicks > 0 else { return 0 }
        let step = Self.commonDivisor(ticks, moment.readingTicks)
        let intoStep = moment.pendingTicks % step
        let latest = intoStep + moment.readingTicks - step
        let waitMicroseconds =
            estimate.delay(ofTransit: transit(of: timestamp, now: moment.now))
            + Int64(moment.pendingTicks - latest) * 1_000_000 / Int64(settings.clockRate)
        let spare =
            Int(Double(waitMicroseconds) - estimate.targetMilliseconds * 1_000) * settings.clockRate / 1_000_000
        let tolerance = Self.toleranceMilliseconds * settings.clockRate / 1_000
        if spare >= 0 { return intoStep + max(0, spare - tolerance) / step * step }
        guard spare < -tolerance else { return 0 }
        return -((step - intoStep) + (-spare - 1) / step * step)
    }

    private static func commonDivisor(_ left: Int, _ right: Int) -> Int {
        var (large, small) = (left, right)
        while small > 0 { (large, small) = (small, large % small) }
        return max(1, large)
    }

    /// How long sound would wait that is played at `now`, against the fastest packet; nil in a pause.
    package func presentDelay(now: Instant, pendingTicks: Int = 0) -> Interval? {
        guard case .playing(let cursor, _) = state, estimate.fastestMicroseconds != nil else { return nil }
        let microseconds = now.nanoseconds / 1_000 + Int64(pendingTicks) * 1_000_000 / Int64(settings.clockRate)
        return .microseconds(Int(estimate.delay(ofTransit: transit(of: cursor, now: microseconds))))
    }

    private mutating func nextInPause(at moment: Moment) -> Output {
        guard let place = firstPlace() else { return .pause }
        let delay = estimate.delay(ofTransit: transit(of: slots[place].timestamp, now: moment.now))
        guard Double(delay) >= estimate.targetMilliseconds * 1_000 else { return .pause }
        return play(place, at: moment)
    }

    private mutating func nextInUnderrun(_ cursor: RTPTimestamp, held: Int, neededTicks: Int) -> Output {
        if held == 0 { counters.underruns &+= 1 }
        let waited = held + neededTicks
        if waited * 1_000 > Self.underrunMillisecondsMax * settings.clockRate {
            state = .paused
            return .pause
        }
        state = .playing(cursor: cursor, held: waited)
        counters.concealedTicks &+= UInt64(max(0, neededTicks))
        return .underrun
    }

    private mutating func lose(
        gap: Int, held: Int, missing: Int, cursor: RTPTimestamp, place: Int
    ) -> Output {
        let credit = held
        let rest = gap - credit
        // Missing packets share what is missing; without knowing more, equally.
        let ticks = missing == 1 ? rest : min(rest, max(1, min(packetTicks, gap / missing)))
        let isLast = ticks == rest || missing == 1
        counters.lost &+= 1
        counters.concealedTicks &+= UInt64(ticks)
        let limit = Self.packetMilliseconds.upperBound * settings.clockRate / 1_000
        if ticks > limit {
            // A pause whose first packet was lost.
            expected = slots[place].sequence
            state = .paused
            return .pause
        }
        expected = isLast ? slots[place].sequence : expected.next
        state = .playing(cursor: cursor.advanced(by: credit + ticks), held: 0)
        return .lost(ticks: ticks, next: isLast ? payloadRange(place) : nil)
    }

    private mutating func play(_ place: Int, at moment: Moment) -> Output {
        let slot = slots[place]
        slots[place].isFull = false
        slots[place].wasPlayed = true
        storedCount -= 1
        counters.played &+= 1
        if hasPlayed {
            // Concealed while waiting for them, or during a pause.
            let missing = expected.distance(to: slot.sequence) - eventCount(before: slot.sequence)
            counters.lost &+= UInt64(max(0, missing))
        }
        expected = slot.sequence.next
        hasPlayed = true
        var ticks = 0
        var isFollowed = true
        switch slot.content {
        case .sound(let count): ticks = count
        case .lastSound(let count):
            ticks = count
            isFollowed = false
        case .comfortNoise, .telephoneEvent: isFollowed = false
        }
        if ticks > 0 { packetTicks = ticks }
        counters.playedTicks &+= UInt64(ticks)
        state = isFollowed ? .playing(cursor: slot.timestamp.advanced(by: ticks), held: 0) : .paused
        return .packet(
            Packet(
                payload: payloadRange(place), payloadType: slot.payloadType, timestamp: slot.timestamp,
                marker: slot.marker, content: slot.content,
                excessTicks: excess(of: slot.timestamp, ticks: ticks, at: moment)))
    }

    /// Throws away the oldest packets when sound waits longer than it ever should.
    private mutating func dropExcess(at microseconds: Int64) {
        let limit = Int64(settings.delayMaxMilliseconds + Self.excessMillisecondsMax) * 1_000
        while storedCount > 1, let place = firstPlace(),
            estimate.delay(ofTransit: transit(of: slots[place].timestamp, now: microseconds)) > limit
        {
            slots[place].isFull = false
            slots[place].wasPlayed = true
            storedCount -= 1
            counters.discarded &+= 1
            expected = slots[place].sequence.next
            state = .paused
        }
    }

    /// Where the packet with the lowest sequence number lies.
    private func firstPlace() -> Int? {
        guard storedCount > 0 else { return nil }
        let mask = settings.slots - 1
        for step in 0..<settings.slots {
            let sequence = expected.advanced(by: step)
            let place = Int(sequence.value) & mask
            if slots[place].isFull, slots[place].sequence == sequence { return place }
        }
        return nil
    }

    private func payloadRange(_ place: Int) -> Range<Int> {
        let start = place * settings.payloadBytesMax
        return start..<start + slots[place].count
    }
}
