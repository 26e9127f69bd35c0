package import PBXBase

/// In which form a digit came or goes, from the least trusted to the most: sound can be speech, INFO can be sent beside
/// events by careless phones.
package enum DigitSource: Int, Hashable, Comparable, Sendable {
    case inBand, info, telephoneEvent

    package static func < (left: DigitSource, right: DigitSource) -> Bool { left.rawValue < right.rawValue }
}

/// Makes one digit of a press that a phone announces in several forms: the most trusted form seen so far counts, the
/// others are then passed over.
package struct DigitMerger: Sendable {
    /// How far the forms of one press can lie apart: sound is judged late, and INFO takes the way of signalling.
    package static let spreadMax = Interval.milliseconds(1_000)

    private var best: DigitSource?
    private var last: (digit: Character, source: DigitSource, at: Instant)?

    package init() {}

    /// Whether it is worth listening for digits in the sound: no better form has been seen.
    package var listensInBand: Bool { best.map { $0 <= .inBand } ?? true }

    /// Whether a press that came in this form counts.
    package mutating func accepts(_ digit: Character, from source: DigitSource, now: Instant) -> Bool {
        if let best, source < best { return false }
        let isAnotherForm = last.map {
            $0.digit == digit && $0.source < source && now - $0.at < Self.spreadMax
        }
        best = source
        last = (digit, source, now)
        return isAnotherForm != true
    }
}
