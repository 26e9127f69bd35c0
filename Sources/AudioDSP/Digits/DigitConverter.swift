package import PBXBase

/// Carries digits from one leg to another whose peer takes them in another form: presses come in as they are
/// recognised (RFC 4733, in the sound, INFO), each leaves once, in order, in the form of the other leg.
///
/// ```
/// received ─ DigitMerger ─ DigitQueue ─ due(now) ─┬ telephoneEvent → DigitSender
///                                                 ├ inBand         → DigitTone
///                                                 └ info           → INFO request
/// ```
package struct DigitConverter: Sendable {
    /// How digits leave.
    package let target: DigitSource
    private var merger = DigitMerger()
    private var queue = DigitQueue()
    /// Digits that found the queue full.
    package private(set) var digitsDropped = 0

    package init(to target: DigitSource) { self.target = target }

    /// Whether the sound of the source has to be listened to.
    package var listensInBand: Bool { merger.listensInBand }

    /// A press was recognised; returns whether it is a new one, whether or not there is room to send it.
    package mutating func received(
        _ digit: Character, milliseconds: Int, from source: DigitSource, now: Instant
    ) -> Bool {
        guard merger.accepts(digit, from: source, now: now) else { return false }
        if !queue.append(digit, milliseconds: milliseconds) { digitsDropped += 1 }
        return true
    }

    /// Asks for the digit that is to begin now, if one is.
    package mutating func due(now: Instant) -> DigitQueue.Entry? { queue.next(now: now) }

    /// When `due` has something to give.
    package var deadline: Instant? { queue.deadline }
}
