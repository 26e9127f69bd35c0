package import RTPGrammar

/// Recognises digits in telephone-event packets: each once, however often its packets are repeated and whichever of
/// them are lost (RFC 4733 §2.5.2).
package struct DigitReceiver: Sendable {
    /// A key that was pressed.
    package struct Digit: Hashable, Sendable {
        package var digit: Character
        /// How long, in ticks of the RTP clock; what was seen of it if the end was lost.
        package var duration: UInt16

        package init(digit: Character, duration: UInt16) {
            self.digit = digit
            self.duration = duration
        }
    }

    private struct Pressed {
        var timestamp: RTPTimestamp
        var digit: Character
        var duration: UInt16
        var isEnded: Bool
    }

    private var pressed: Pressed?

    package init() {}

    /// Takes the event of one packet; returns the digit that is complete by it. A digit whose end packets were all lost
    /// is complete when the next one begins, or by `flush`.
    package mutating func received(_ event: TelephoneEvent, timestamp: RTPTimestamp) -> Digit? {
        guard let digit = event.digit else { return nil }
        if var current = pressed {
            let step = current.timestamp.distance(to: timestamp)
            // Repeated or late packets of a digit that is through.
            if step < 0 || (step == 0 && current.isEnded) { return nil }
            if step == 0 {
                current.duration = max(current.duration, event.duration)
                current.isEnded = event.isEnd
                pressed = current
                return event.isEnd ? Digit(digit: current.digit, duration: current.duration) : nil
            }
        }
        let unfinished = flush()
        pressed = Pressed(timestamp: timestamp, digit: digit, duration: event.duration, isEnded: event.isEnd)
        guard event.isEnd else { return unfinished }
        // Two at once cannot be returned: the older one's end is long overdue, the newer one's copies are to come.
        if unfinished != nil {
            pressed?.isEnded = false
            return unfinished
        }
        return Digit(digit: digit, duration: event.duration)
    }

    /// The digit whose end has not come, if there is one.
    package mutating func flush() -> Digit? {
        guard let current = pressed, !current.isEnded else { return nil }
        pressed?.isEnded = true
        return Digit(digit: current.digit, duration: current.duration)
    }
}
