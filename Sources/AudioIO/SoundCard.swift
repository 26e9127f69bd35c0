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

    private struct Control {
        var isStopping = false
        var volume = CardVolume()
        var levels = SoundCard.silence
    }

    private static let silence = (capture: -127.0, playback: -127.0)

    private let control: Mutex<Control>
    private let ended = DispatchSemaphore(value: 0)

    /// Starts the thread. `told` is called on it with what is wrong with a device, once each time.
    package init(_ devices: Devices, link: CardLink, told: @escaping @Sendable (AudioProblem) -> Void) {
        control = Mutex(Control())
        let thread = Thread { [self] in
            var random = SystemRandom()
            var loop = SoundCardLoop(devices, link: link, stream: CardStream(random: &random), told: told)
            while !control.withLock({ $0.isStopping }) {
                loop.turn(control.withLock(\.volume))
                let levels = loop.levels
                control.withLock {
                    $0.levels.capture = max($0.levels.capture, levels.capture)
                    $0.levels.playback = max($0.levels.playback, levels.playback)
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

    package func set(_ volume: CardVolume) { control.withLock { $0.volume = volume } }

    /// How loud microphone and speaker were at most since this was asked last, in dBov.
    package func takeLevels() -> (capture: Double, playback: Double) {
        control.withLock { control in
            defer { control.levels = Self.silence }
            return control.levels
        }
    }
}
