import AudioDSP
import PBXBase

/// The speaker: takes a frame whenever the microphone gives one, and makes up for the two devices' clocks, so that what
/// waits in the speaker neither runs out nor grows.
struct SpeakerLine: ~Copyable {
    /// The device takes no more than this.
    private static let bufferMilliseconds = 60
    /// What waits at least when the next frame comes: as long as this thread may be late; more where it is later.
    private static let targetMilliseconds = 10.0
    private static let targetMaxMilliseconds = 30.0

    private var slot: DeviceSlot
    private var follower = DriftFollower(
        targetMilliseconds: Self.targetMilliseconds, targetMaxMilliseconds: Self.targetMaxMilliseconds)
    private var resampler = DriftResampler(frameSamplesMax: CardStream.frameSamples)
    private var adapted: [Int16]
    /// What waits in the device, in milliseconds; nil while there is none, or it does not say.
    private(set) var waitingMilliseconds: Double?

    init(_ name: String, told: @escaping @Sendable (DeviceNews) -> Void) {
        slot = DeviceSlot(name, isCapture: false, bufferMilliseconds: Self.bufferMilliseconds, told: told)
        adapted = [Int16](repeating: 0, count: DriftResampler.resultCountMax(for: CardStream.frameSamples))
    }

    /// How much longer its frames are made, in parts per million.
    var partsPerMillion: Double { follower.partsPerMillion }

    mutating func open(now: Instant) {
        if slot.open(now: now) { follower.restarted() }
    }

    mutating func play(_ frame: UnsafeBufferPointer<Int16>, now: Instant) {
        guard let device = slot.device else { return waitingMilliseconds = nil }
        if let waiting = device.queuedSamples {
            let milliseconds = Double(waiting) * 1_000 / Double(CardStream.sampleRate)
            waitingMilliseconds = milliseconds
            // One that has not begun yet says nothing of its clock.
            if device.isRunning {
                follower.measured(
                    waitingMilliseconds: milliseconds, frameMilliseconds: CardStream.frameMilliseconds)
            }
        }
        // Out of `self` while it is written to; the empty array in its place costs nothing.
        var samples: [Int16] = []
        swap(&samples, &adapted)
        defer { swap(&samples, &adapted) }
        var result = samples.mutableSpan
        let count = resampler.resample(frame.span, partsPerMillion: follower.partsPerMillion, into: &result)
        do throws(AudioProblem) {
            if try device.write(samples, count: count) { follower.ranDry() }
            slot.worked()
        } catch {
            slot.lost(error, now: now)
        }
    }
}
