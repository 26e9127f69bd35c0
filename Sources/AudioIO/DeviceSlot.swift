import PBXBase

/// A device that should be open: opened when it is there, tried again with growing pauses while it is not.
struct DeviceSlot {
    private static let pauseMin = Interval.milliseconds(500)
    private static let pauseMax = Interval.seconds(5)

    private let name: String
    private let isCapture: Bool
    private let sampleRate: Int
    private let bufferMilliseconds: Int
    private(set) var device: PCMDevice?
    private var retryAt = Instant.zero
    private var pause = Self.pauseMin

    init(_ name: String, isCapture: Bool, sampleRate: Int, bufferMilliseconds: Int) {
        self.name = name
        self.isCapture = isCapture
        self.sampleRate = sampleRate
        self.bufferMilliseconds = bufferMilliseconds
    }

    /// Opens the device if that is due. True when it has just been opened; throws what is wrong the first time only, as
    /// the tries that follow would say the same.
    mutating func open(now: Instant) throws(AudioProblem) -> Bool {
        guard device == nil, retryAt <= now else { return false }
        do throws(AudioProblem) {
            device = try PCMDevice(
                name, isCapture: isCapture, sampleRate: sampleRate, bufferMilliseconds: bufferMilliseconds)
            pause = Self.pauseMin
            return true
        } catch {
            let isNews = pause == Self.pauseMin
            lost(now: now)
            if isNews { throw error }
            return false
        }
    }

    /// The device is of no use any more.
    mutating func lost(now: Instant) {
        device = nil
        retryAt = now + pause
        pause = min(pause * 2, Self.pauseMax)
    }
}
