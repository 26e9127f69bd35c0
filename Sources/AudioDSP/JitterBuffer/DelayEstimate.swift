/// How long packets are under way, measured against the fastest of the last seconds, and how long sound must therefore
/// wait to be played without gaps. Everything in milliseconds; the clocks of both ends may differ and drift.
struct DelayEstimate: Sendable {
    /// Packets whose delays are remembered: ten seconds of 20 ms packets.
    static let windowPackets = 512
    /// Packets that a sudden change is recognised by.
    static let recentPackets = 24
    /// So many of the recent ones must exceed the target to raise it: a single straggler does not.
    static let recentLateMax = 2
    /// One packet in so many may come later than the target.
    static let lateOneIn = 100
    static let stepMilliseconds = 4
    static let steps = 128
    /// How slowly the target falls.
    static let fallMillisecondsPerSecond = 25.0
    /// The fastest packet does not become so much faster or slower by chance.
    private static let routeChangeMicroseconds: UInt64 = 20_000
    /// Seconds of which the fastest packet counts; longer would take a drifting clock for delay.
    private static let minimaSeconds = 8

    private var recent = InlineArray<512, UInt8>(repeating: 0)
    private var counts = InlineArray<128, UInt16>(repeating: 0)
    private var next = 0
    private var count = 0
    /// No step above is counted.
    private var highest = 0

    private var minima = InlineArray<8, Int64>(repeating: .max)
    private var minimaSecond: Int64 = 0
    /// Arrival minus timestamp of the fastest packet, in microseconds of our clock; nil before the first.
    private(set) var fastestMicroseconds: Int64?

    /// How long sound should wait, in milliseconds.
    private(set) var targetMilliseconds: Double
    private var targetAt: Int64?
    private let least: Double
    private let most: Double

    init(initialMilliseconds: Int, leastMilliseconds: Int, mostMilliseconds: Int) {
        least = Double(leastMilliseconds)
        most = Double(max(leastMilliseconds, mostMilliseconds))
        targetMilliseconds = min(max(Double(initialMilliseconds), least), most)
    }

    /// How much later than the fastest a packet of this transit came.
    func delay(ofTransit microseconds: Int64) -> Int64 { microseconds - (fastestMicroseconds ?? microseconds) }

    /// Takes the transit (arrival minus timestamp) of one packet that arrived at `now`, both in microseconds.
    mutating func packetArrived(transit: Int64, now: Int64) {
        updateFastest(transit, now: now)
        let milliseconds = max(0, delay(ofTransit: transit)) / 1_000
        remember(UInt8(min(Int64(Self.steps - 1), milliseconds / Int64(Self.stepMilliseconds))))
        updateTarget(now: now)
    }

    /// Another source: its transits have nothing to do with those before; how they vary is assumed to go on.
    mutating func sourceChanged() {
        minima = InlineArray(repeating: .max)
        fastestMicroseconds = nil
    }

    private mutating func updateFastest(_ transit: Int64, now: Int64) {
        let second = now / 1_000_000
        if fastestMicroseconds == nil { minimaSecond = second }
        if second != minimaSecond {
            for step in 1...min(Int64(Self.minimaSeconds), max(1, second - minimaSecond)) {
                minima[Int((minimaSecond + step) & 7)] = .max
            }
            minimaSecond = second
        }
        let place = Int(second & 7)
        minima[place] = min(minima[place], transit)
        var fastest = Int64.max
        for index in 0..<Self.minimaSeconds { fastest = min(fastest, minima[index]) }
        // On another route the delays of the former one mean nothing.
        if let former = fastestMicroseconds, (fastest - former).magnitude > Self.routeChangeMicroseconds { forget() }
        fastestMicroseconds = fastest
    }

    private mutating func forget() {
        counts = InlineArray(repeating: 0)
        count = 0
        next = 0
        highest = 0
    }

    private mutating func remember(_ step: UInt8) {
        if count == Self.windowPackets {
            counts[Int(recent[next])] -= 1
        } else {
            count += 1
        }
        recent[next] = step
        counts[Int(step)] += 1
        highest = max(highest, Int(step))
        while highest > 0, counts[highest] == 0 { highest -= 1 }
        next = (next + 1) & (Self.windowPackets - 1)
    }

    private mutating func updateTarget(now: Int64) {
        let step = max(quantileOfAll(), quantileOfRecent())
        let wanted = min(most, max(least, Double((step + 1) * Self.stepMilliseconds)))
        let elapsed = Double(now - (targetAt ?? now)) / 1_000_000
        targetAt = now
        targetMilliseconds = max(wanted, targetMilliseconds - max(0, elapsed) * Self.fallMillisecondsPerSecond)
    }

    /// The step that `lateOneIn` of the window exceeds.
    private func quantileOfAll() -> Int {
        var allowed = count / Self.lateOneIn
        var step = highest
        while step > 0 {
            allowed -= Int(counts[step])
            if allowed < 0 { return step }
            step -= 1
        }
        return 0
    }

    /// The step that `recentLateMax` of the newest exceed.
    private func quantileOfRecent() -> Int {
        guard count > Self.recentLateMax else { return 0 }
        var first = 0
        var second = 0
        var third = 0
        for back in 1...min(Self.recentPackets, count) {
            let step = Int(recent[(next - back) & (Self.windowPackets - 1)])
            if step > first {
                (first, second, third) = (step, first, second)
            } else if step > second {
                (second, third) = (step, second)
            } else {
                third = max(third, step)
            }
        }
        return third
    }
}
