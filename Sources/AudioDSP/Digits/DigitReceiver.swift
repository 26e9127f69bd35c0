package import PBXBase
package import RTPGrammar

/// Recognises digits in telephone-event packets: each press once, however often its packets are repeated, whichever of
/// them are lost, and whatever happens to the stream while the key is down (RFC 4733 §2.5.2).
package struct DigitReceiver: Sendable {
    /// A key that was pressed.
    package struct Digit: Hashable, Sendable {
        /// `0`…`9`, `*`, `#`, `A`…`D`, or `!` for flash.
        package var digit: Character
        /// How long, in ticks of the RTP clock; what was seen of it if the end was lost.
        package var duration: Int

        package init(digit: Character, duration: Int) {
            self.digit = digit
            self.duration = duration
        }
    }

    /// A press is over when nothing was heard of it for this long: all its end packets were lost.
    package static let silenceMax = Interval.milliseconds(200)
    /// Copies of an end packet come one packet interval apart, which is 60 ms at most.
    static let repetitionMax = Interval.milliseconds(70)
    /// Packets from further back than this (2.7 s at 48 kHz) are no stragglers: the sender's clock was set anew.
    static let lateTicksMax = 1 << 17
    /// RFC 4733 §2.5.1.3: a long event goes on in a new segment when its duration has reached the top of 16 bits. What
    /// counts as the top allows for packet intervals that do not divide it.
    static let segmentTicks = 0xF000...0xFFFF

    private struct Pressed {
        var ssrc: SSRC
        /// Of the segment.
        var timestamp: RTPTimestamp
        var digit: Character
        /// Of the segment, as its packets say.
        var duration: UInt16
        /// Of the segments before.
        var ticksBefore = 0
        var isEnded: Bool
        var heardAt: Instant

        var result: Digit { Digit(digit: digit, duration: ticksBefore + Int(duration)) }
    }

    private var pressed: Pressed?

    package init() {}

    /// The key that is down at the moment.
    package var keyDown: Character? { pressed.flatMap { $0.isEnded ? nil : $0.digit } }

    /// When `timeout` is due; nil while no key is down.
    package var deadline: Instant? { pressed.flatMap { $0.isEnded ? nil : $0.heardAt + Self.silenceMax } }

    /// Takes the event of one packet; returns the digit that is complete by it. A digit whose end packets were all lost
    /// is complete when the next one begins, by `timeout`, or by `flush`.
    ///
    /// - Parameter marker: of the RTP header: set on the first packet of a press.
    package mutating func received(
        _ event: TelephoneEvent, timestamp: RTPTimestamp, ssrc: SSRC, marker: Bool, now: Instant
    ) -> Digit? {
        guard let digit = event.digit else { return nil }
        if var current = pressed {
            switch relation(of: event, digit, timestamp, ssrc, marker: marker, to: current, now: now) {
            case .repeated:
                pressed?.heardAt = now
                return nil
            case .late: return nil
            case .continued(let ticksBefore):
                current.ticksBefore = ticksBefore
                current.ssrc = ssrc
                current.duration =
                    current.timestamp == timestamp && ticksBefore == pressed?.ticksBefore
                    ? max(current.duration, event.duration) : event.duration
                current.timestamp = timestamp
                current.isEnded = event.isEnd
                current.heardAt = now
                pressed = current
                return event.isEnd ? current.result : nil
            case .new: break
            }
        }
        let unfinished = flush()
        // Two at once cannot be returned. The older one's end is long overdue; the newer one's copies are to come, or
        // its time runs out.
        let isEnded = event.isEnd && unfinished == nil
        let new = Pressed(
            ssrc: ssrc, timestamp: timestamp, digit: digit, duration: event.duration, isEnded: isEnded, heardAt: now)
        pressed = new
        return isEnded ? new.result : unfinished
    }

    /// Ends a press of which nothing more was heard.
    package mutating func timeout(now: Instant) -> Digit? {
        guard let deadline, now >= deadline else { return nil }
        return flush()
    }

    /// The digit whose end has not come, if there is one.
    package mutating func flush() -> Digit? {
        guard let current = pressed, !current.isEnded else { return nil }
        pressed?.isEnded = true
        return current.result
    }

    /// What a packet is to the press before it.
    private enum Relation {
        /// It says again that the press is over.
        case repeated
        /// It comes from before the press.
        case late
        /// It goes on with the press, of which so many ticks lie before the packet's timestamp.
        case continued(ticksBefore: Int)
        case new
    }

    private func relation(
        of event: TelephoneEvent, _ digit: Character, _ timestamp: RTPTimestamp, _ ssrc: SSRC, marker: Bool,
        to current: Pressed, now: Instant
    ) -> Relation {
        let isSameKey = digit == current.digit
        // Senders that give copies of the end a new timestamp, or a new SSRC after a re-INVITE, still say the same.
        let isCopy =
            isSameKey && current.isEnded && event.isEnd && !marker && event.duration == current.duration
            && now - current.heardAt <= Self.repetitionMax
        if isCopy { return .repeated }
        guard ssrc == current.ssrc else {
            // RFC 3550 §8.2: another stream, as after a re-INVITE; the key may have stayed down over it.
            let isHeld = isSameKey && !current.isEnded && !marker && event.duration >= current.duration
            return isHeld ? .continued(ticksBefore: current.ticksBefore) : .new
        }
        let step = current.timestamp.distance(to: timestamp)
        if step == 0, isSameKey {
            if current.isEnded { return .repeated }
            // A duration that falls by half of its range has gone over the top: not standard, but seen.
            let hasWrapped = Int(current.duration) - Int(event.duration) > 0x8000
            return .continued(ticksBefore: current.ticksBefore + (hasWrapped ? 0x1_0000 : 0))
        }
        if step < 0 { return step > -Self.lateTicksMax ? .late : .new }
        guard isSameKey, !current.isEnded, !marker else { return .new }
        if Self.segmentTicks.contains(step) { return .continued(ticksBefore: current.ticksBefore + step) }
        // Senders that stamp each packet with its own time, instead of the press's, still count its length on.
        return event.duration >= current.duration ? .continued(ticksBefore: current.ticksBefore) : .new
    }
}
