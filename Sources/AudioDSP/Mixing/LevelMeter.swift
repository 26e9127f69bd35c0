/// How loud a party is right now, for lamps and for who speaks: rises at once, falls within a quarter of a second.
package struct LevelMeter: Sendable {
    /// Falls by this share every 10 ms: about 170 dB a second.
    private static let fall: Float = 0.68

    private var meanSquare: Float = 0

    package init() {}

    /// Takes one frame and how long it lasts.
    package mutating func measure(_ pcm: Span<Int16>, milliseconds: Int) {
        guard !pcm.isEmpty else { return }
        var sum: Int64 = 0
        for index in 0..<pcm.count {
            let sample = Int64(pcm[index])
            sum &+= sample &* sample
        }
        let now = Float(sum) / Float(pcm.count)
        var fallen = meanSquare
        for _ in 0..<max(1, min(12, milliseconds / 10)) { fallen *= Self.fall }
        meanSquare = max(now, fallen)
    }

    /// In dBov, −127…0.
    package var level: Double { Decibels.level(meanSquare: Double(meanSquare)) }

    /// The mean square behind the level, for comparisons that need no logarithm.
    package var power: Float { meanSquare }
}
