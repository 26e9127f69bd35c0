import PBXBase

/// A device that should be open: opened when it is there, tried again with growing pauses while it is not.
struct DeviceSlot {
    private static let pauseMin = Interval.milliseconds(500)
    private static let pauseMax = Interval.seconds(5)
    /// A device that has worked for so many frames is well again; one that can be opened need not be.
    private static let framesProven = 50

    private let name: String
    private let isCapture: Bool
    private let bufferMilliseconds: Int
    private let told: @Sendable (DeviceNews) -> Void
    private(set) var device: PCMDevice?
    private var retryAt = Instant.zero
    private var pause = Self.pauseMin
    private var framesDone = 0
    private var isToldLost = false

    /// - Parameter told: called with what is news about the device.
    init(
        _ name: String, isCapture: Bool, bufferMilliseconds: Int, told: @escaping @Sendable (DeviceNews) -> Void
    ) {
        self.name = name
        self.isCapture = isCapture
        self.bufferMilliseconds = bufferMilliseconds
        self.told = told
    }

    /// Opens the device if that is due. True when it has just been opened.
    mutating func open(now: Instant) -> Bool {
        guard device == nil, retryAt <= now else { return false }
        do throws(AudioProblem) {
            device = try PCMDevice(
                name, isCapture: isCapture, sampleRate: CardStream.sampleRate, bufferMilliseconds: bufferMilliseconds)
            framesDone = 0
            return true
        } catch {
            lost(error, now: now)
            return false
        }
    }

    /// A frame has passed as it should.
    mutating func worked() {
        guard framesDone < Self.framesProven else { return }
        framesDone += 1
        guard framesDone == Self.framesProven else { return }
        pause = Self.pauseMin
        if isToldLost { told(.returned(device: name, isCapture: isCapture)) }
        isToldLost = false
    }

    /// The device is of no use any more. Told once, as the tries that follow would say the same.
    mutating func lost(_ problem: AudioProblem, now: Instant) {
        device = nil
        retryAt = now + pause
        pause = min(pause * 2, Self.pauseMax)
        if !isToldLost { told(.lost(problem)) }
        isToldLost = true
    }
}
