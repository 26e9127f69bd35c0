/// Watches how much sound waits in a device that has a clock of its own, and says by how much what it is given is to be
/// longer or shorter, so that the least that waits stays where it should be: no gap, and no delay that grows.
///
/// A proportional and an integral part over the least of every second: devices take sound in lumps, and threads are
/// late at times, so one look says little.
package struct DriftFollower: Sendable {
    private static let windowMilliseconds = 1_000
    /// Parts per million for a millisecond too much: an error shrinks to a third in seven seconds.
    private static let proportional = 150.0
    /// The same for each second that it lasts; slow enough for the two not to swing.
    private static let integral = 5.0
    /// Clocks that are further apart than this are no clocks.
    private static let integralMax = 2_000.0

    /// Where nothing else helps, more waits.
    private static let targetStep = 4.0

    /// The least that should wait, in milliseconds; grows when the device runs dry.
    package private(set) var targetMilliseconds: Double
    private let targetMaxMilliseconds: Double
    /// Positive: there should be more samples.
    package private(set) var partsPerMillion = 0.0
    private var sum = 0.0
    private var least = Double.infinity
    private var elapsed = 0

    package init(targetMilliseconds: Double, targetMaxMilliseconds: Double) {
        self.targetMilliseconds = targetMilliseconds
        self.targetMaxMilliseconds = targetMaxMilliseconds
    }

    /// Takes what waits in the device just before it is given a frame.
    package mutating func measured(waitingMilliseconds: Double, frameMilliseconds: Int) {
        least = min(least, waitingMilliseconds)
        elapsed += frameMilliseconds
        guard elapsed >= Self.windowMilliseconds else { return }
        let error = targetMilliseconds - least
        sum = max(-Self.integralMax, min(Self.integralMax, sum + Self.integral * error * Double(elapsed) / 1_000))
        let wanted = sum + Self.proportional * error
        partsPerMillion = max(
            -DriftResampler.partsPerMillionMax, min(DriftResampler.partsPerMillionMax, wanted))
        least = .infinity
        elapsed = 0
    }

    /// The device had nothing left to play, and begins anew: whoever gives it sound is late at times.
    package mutating func ranDry() {
        targetMilliseconds = min(targetMaxMilliseconds, targetMilliseconds + Self.targetStep)
        restarted()
    }

    /// The device begins anew, with the same clock.
    package mutating func restarted() {
        partsPerMillion = sum
        least = .infinity
        elapsed = 0
    }
}
