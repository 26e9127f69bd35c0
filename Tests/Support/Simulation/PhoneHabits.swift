package import PBXBase

/// What a phone does when nobody scripts it: each choice by weight, each wait between two bounds.
package struct PhoneHabits: Sendable {
    /// How an incoming call is met: relative weights.
    package var answers = 70
    package var refusesBusy = 8
    package var declines = 8
    package var letsRing = 8
    /// Picks up without a ring.
    package var answersAtOnce = 6

    /// Of a hundred calls: those that the caller gives up before they are answered.
    package var cancelsPercent = 12
    /// Of a hundred answered calls: those that this phone holds and takes back once.
    package var holdsPercent = 20
    /// Of a hundred answered calls: those that this phone wants to go on with fax packets.
    package var asksForFaxPercent = 8
    /// Of a thousand answered calls: those in the middle of which this phone loses power.
    package var vanishesPerMille = 10
    /// Of a thousand calls: those offered without SDP.
    package var offersLatePerMille = 0

    package var ringTime = Interval.milliseconds(300)...Interval.seconds(8)
    package var cancelTime = Interval.milliseconds(50)...Interval.seconds(6)
    package var talkTime = Interval.milliseconds(500)...Interval.seconds(30)
    /// Between the end of one call and the next.
    package var pause = Interval.milliseconds(200)...Interval.seconds(60)
    /// How long a phone that lost power is gone.
    package var absence = Interval.seconds(40)...Interval.seconds(200)

    package init() {}

    enum Reaction { case answer, busy, decline, ignore, answerAtOnce }

    func reaction(_ random: inout SeededRandom) -> Reaction {
        let weights: [(Reaction, Int)] = [
            (.answer, answers), (.busy, refusesBusy), (.decline, declines), (.ignore, letsRing),
            (.answerAtOnce, answersAtOnce),
        ]
        var choice = Int.random(in: 0..<max(1, weights.reduce(0) { $0 + $1.1 }), using: &random)
        for (reaction, weight) in weights {
            if choice < weight { return reaction }
            choice -= weight
        }
        return .answer
    }
}

extension SeededRandom {
    mutating func interval(in range: ClosedRange<Interval>) -> Interval {
        Interval(
            nanoseconds: Int64.random(in: range.lowerBound.nanoseconds...range.upperBound.nanoseconds, using: &self))
    }

    mutating func happens(_ count: Int, of total: Int) -> Bool { Int.random(in: 0..<total, using: &self) < count }
}
