package import PBXBase
import RTPGrammar

/// Digits on their way to a peer, in whatever form: one after the other, with the gap between them that a receiver
/// needs to tell two presses of one key apart. Holds its memory from the start.
package struct DigitQueue: Sendable {
    /// Digits that can wait; more are refused.
    package static let digitsMax = 64
    /// ITU-T Q.24: what every receiver must recognise is 40 ms on, 40 ms off; this leaves room.
    package static let lengths = 40...8_000
    package static let gapMilliseconds = 60

    /// A digit to send now, and how long.
    package struct Entry: Hashable, Sendable {
        package var digit: Character
        package var milliseconds: Int

        package init(digit: Character, milliseconds: Int) {
            self.digit = digit
            self.milliseconds = milliseconds
        }
    }

    // The digit as its RFC 4733 code: 64 small numbers instead of 64 strings.
    private var codes = InlineArray<64, UInt8>(repeating: 0)
    private var milliseconds = InlineArray<64, UInt16>(repeating: 0)
    private var head = 0
    package private(set) var count = 0
    private var freeAt: Instant?

    package init() {}

    package var isEmpty: Bool { count == 0 }

    /// Takes a digit; false when it is no digit, or the queue is full.
    package mutating func append(_ digit: Character, milliseconds length: Int = 100) -> Bool {
        guard count < Self.digitsMax, let code = TelephoneEvent.code(ofDigit: digit) else { return false }
        let place = (head + count) % Self.digitsMax
        codes[place] = code
        milliseconds[place] = UInt16(min(max(length, Self.lengths.lowerBound), Self.lengths.upperBound))
        count += 1
        return true
    }

    /// The digit that is to begin now; nil while the one before and its gap are not over. The caller sends it for its
    /// length and need not report back.
    package mutating func next(now: Instant) -> Entry? {
        guard count > 0, freeAt.map({ now >= $0 }) ?? true,
            let digit = TelephoneEvent.digit(ofCode: codes[head])
        else { return nil }
        let length = Int(milliseconds[head])
        head = (head + 1) % Self.digitsMax
        count -= 1
        freeAt = now + .milliseconds(length + Self.gapMilliseconds)
        return Entry(digit: digit, milliseconds: length)
    }

    /// When `next` has something to give; nil when nothing waits.
    package var deadline: Instant? { count > 0 ? freeAt ?? .zero : nil }

    /// Forgets what waits; a digit that has begun is not called back.
    package mutating func removeAll() { count = 0 }
}
