import PBXBase

/// A network between a phone and the server that loses, delays and reorders, the same way for the same seed.
struct LossyLink {
    let loss: Double
    let reordering: Double
    let jitter: Interval
    private var random: SeededRandom

    /// What a packet that comes after its successor is late by: more than a packet and all the jitter.
    static let reorderingDelay = Interval.milliseconds(45)

    init(_ options: SoakOptions, seed: UInt64) {
        loss = options.loss
        reordering = options.reordering
        jitter = .milliseconds(options.jitterMilliseconds)
        random = SeededRandom(seed: seed)
    }

    /// How long the next packet is under way; nil: it is lost.
    mutating func nextDelay() -> Interval? {
        // One draw each, whatever comes of it: the fate of a packet does not depend on the rates of the others.
        let (lossDraw, orderDraw, delayDraw) = (fraction(), fraction(), fraction())
        if lossDraw < loss { return nil }
        if orderDraw < reordering { return Self.reorderingDelay }
        return Interval(nanoseconds: Int64(delayDraw * Double(jitter.nanoseconds)))
    }

    private mutating func fraction() -> Double { Double(random.next() >> 11) / Double(1 << 53) }
}
