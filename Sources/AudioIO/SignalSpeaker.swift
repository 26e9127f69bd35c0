import AudioDSP
import Foundation
import PBXBase
import Synchronization

/// Plays one signal to a device of its own, on a thread that ends with the signal or when it is stopped. The device is
/// open meanwhile; one that is missing is tried again, and the signal goes on without being heard.
package final class SignalSpeaker: Sendable {
    private static let bufferMilliseconds = 100
    /// A device that takes sound this much faster than it lasts keeps no time: a file, or ALSA's null.
    private static let aheadMax = Interval.milliseconds(bufferMilliseconds + 50)

    package let tone: SignalTone
    package let device: String
    private let isStopping = Mutex(false)
    private let ended = DispatchSemaphore(value: 0)

    /// Starts the thread. `told` is called on it with what is news about the device.
    package init(_ tone: SignalTone, device: String, told: @escaping @Sendable (DeviceNews) -> Void) {
        self.tone = tone
        self.device = device
        let thread = Thread { [self] in
            run(told: told)
            ended.signal()
        }
        thread.name = "signal"
        thread.start()
    }

    /// Ends the signal at once, and lets the device go.
    package func stop() {
        isStopping.withLock { $0 = true }
        ended.wait()
        ended.signal()
    }

    private func run(told: @escaping @Sendable (DeviceNews) -> Void) {
        var slot = DeviceSlot(device, isCapture: false, bufferMilliseconds: Self.bufferMilliseconds, told: told)
        var player = TonePlayer(tone.pattern, sampleRate: CardStream.sampleRate, level: tone.level)
        var frame = [Int16](repeating: 0, count: CardStream.frameSamples)
        let start = Monotonic.now
        var played = Interval.zero
        while !player.isFinished, !isStopping.withLock(\.self) {
            var samples = frame.mutableSpan
            _ = player.next(into: &samples)
            played = played + .milliseconds(CardStream.frameMilliseconds)
            _ = slot.open(now: Monotonic.now)
            do throws(AudioProblem) {
                if let device = slot.device {
                    try device.writeWaiting(frame)
                    slot.worked()
                }
            } catch {
                slot.lost(error, now: Monotonic.now)
            }
            // A device that keeps time made us wait already.
            Monotonic.wait(until: start + played - (slot.device == nil ? .zero : Self.aheadMax))
        }
        // What waits in the device is to be heard; ALSA's own way to wait for that may wait for ever.
        if player.isFinished { Monotonic.wait(until: start + played + Self.aheadMax) }
    }
}
