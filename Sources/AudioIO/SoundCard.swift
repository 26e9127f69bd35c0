import AudioDSP
import Foundation
import Glibc
import PBXBase
import Synchronization

/// Microphone and speaker of the phone while there is something to say or hear: a thread that the microphone paces.
/// Devices are opened when it starts and let go when it stops; one that disappears is tried again, and the call goes on
/// in silence meanwhile.
package final class SoundCard: Sendable {
    package struct Devices: Hashable, Sendable {
        package var capture: String
        package var playback: String
        /// Echo cancelling, noise suppression and levelling.
        package var isFiltered: Bool

        package init(capture: String = "default", playback: String = "default", isFiltered: Bool = true) {
            self.capture = capture
            self.playback = playback
            self.isFiltered = isFiltered
        }
    }

    /// How long sound waits right now, in milliseconds; nil where a device does not say.
    package struct Delays: Hashable, Sendable {
        /// A whole frame, and what the thread has not read yet.
        package var capture: Double?
        /// The jitter buffer on the way to the speaker; nil while nothing comes.
        package var playout: Double?
        package var playback: Double?

        /// From the mouth to the ear, if the way between were none; nil while nothing is heard.
        package var total: Double? {
            guard let capture, let playout, let playback else { return nil }
            return capture + playout + playback
        }
    }

    private struct Control {
        var isStopping = false
        var wish = SoundCardLoop.Wish()
        var levels = SoundCard.silence
        var delays = Delays()
    }

    private static let silence = (capture: -127.0, playback: -127.0)
    private let control: Mutex<Control>
    private let ended = DispatchSemaphore(value: 0)

    /// Starts the thread. `told` is called on it with what is news about a device.
    package init(_ devices: Devices, link: CardLink, told: @escaping @Sendable (DeviceNews) -> Void) {
        control = Mutex(Control())
        let thread = Thread { [self] in
            var random = SystemRandom()
            var loop = SoundCardLoop(devices, link: link, stream: CardStream(random: &random), told: told)
            while !control.withLock({ $0.isStopping }) {
                loop.turn(control.withLock(\.wish))
                let (levels, delays) = (loop.levels, loop.delays)
                control.withLock {
                    $0.levels.capture = max($0.levels.capture, levels.capture)
                    $0.levels.playback = max($0.levels.playback, levels.playback)
                    $0.delays = delays
                }
            }
            ended.signal()
        }
        thread.name = "sound-card"
        thread.qualityOfService = .userInteractive
        thread.start()
    }

    /// Ends the thread and lets the devices go.
    package func stop() {
        control.withLock { $0.isStopping = true }
        ended.wait()
    }

    package func set(_ volume: CardVolume) { control.withLock { $0.wish.volume = volume } }

    /// Mixes a signal to what the speaker plays, from its beginning; nil ends one.
    package func play(_ tone: SignalTone?) {
        control.withLock { control in
            control.wish.tone = tone
            control.wish.toneSerial += 1
        }
    }

    /// How loud microphone and speaker were at most since this was asked last, in dBov.
    package func takeLevels() -> (capture: Double, playback: Double) {
        control.withLock { control in
            defer { control.levels = Self.silence }
            return control.levels
        }
    }

    package var delays: Delays { control.withLock(\.delays) }
}
