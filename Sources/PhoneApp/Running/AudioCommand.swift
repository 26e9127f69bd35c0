import ArgumentParser
import AudioIO
import Glibc

/// `pbx-phone audio`: what there is to hear and speak with, and whether it works.
struct AudioCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audio", abstract: "Sound devices: what there is, and whether it works.",
        subcommands: [List.self, Test.self, Loop.self], defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the sound devices.")

        func run() throws {
            let devices = AudioDevice.list()
            if devices.isEmpty { say("ALSA knows of no sound device") }
            for device in devices {
                let kinds = [device.canCapture ? "microphone" : nil, device.canPlay ? "speaker" : nil]
                say("\(device.name)\t\(kinds.compactMap(\.self).joined(separator: " and "))\t\(device.summary)")
            }
        }
    }

    struct Test: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Record a few seconds, say how they sound, and play them back.")

        @OptionGroup var devices: DeviceOptions

        @Option(help: ArgumentHelp("How long to record.", valueName: "seconds"))
        var seconds = 3

        func run() throws {
            let trial = DeviceTrial(.init(capture: devices.captureDevice, playback: devices.playbackDevice))
            let recorded = record(trial)
            let hasPlayed = play(recorded?.samples, trial)
            if recorded?.finding.isGood != true || !hasPlayed { throw ExitCode(PhoneExit.failed.rawValue) }
        }

        private func record(_ trial: DeviceTrial) -> (samples: [Int16], finding: DeviceTrial.Finding)? {
            let length = min(max(1, seconds), 30)
            say("speak now: recording \(length) s from \"\(devices.captureDevice)\"")
            do throws(AudioProblem) {
                let samples = try trial.record(seconds: length)
                let finding = DeviceTrial.Finding(samples, sampleRate: CardStream.sampleRate)
                say("loudest \(Int(finding.loudest)) dB, quietest \(Int(finding.quietest)) dB: \(finding.words)")
                return (samples, finding)
            } catch {
                say(error.description)
                return nil
            }
        }

        /// Plays what was recorded, or a tone.
        private func play(_ samples: [Int16]?, _ trial: DeviceTrial) -> Bool {
            say("playing \(samples == nil ? "a tone" : "it back") to \"\(devices.playbackDevice)\"")
            do throws(AudioProblem) {
                try trial.play(samples ?? DeviceTrial.testTone)
                say(
                    samples == nil
                        ? "if you heard it, the speaker is fine" : "if you heard yourself, the speaker is fine too")
                return true
            } catch {
                say(error.description)
                return false
            }
        }
    }

    struct Loop: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Hear yourself by the way that a call takes, and how long that is (use a headset).")

        @OptionGroup var devices: DeviceOptions

        @Flag(help: "Leave the microphone as it is: no echo cancelling, noise suppression and levelling.")
        var rawMicrophone = false

        @Option(help: ArgumentHelp("End after so long (default: when interrupted).", valueName: "seconds"))
        var seconds: Int?

        func run() throws {
            let devices = SoundCard.Devices(
                capture: devices.captureDevice, playback: devices.playbackDevice, isFiltered: !rawMicrophone)
            do {
                try AudioLoop.run(devices, seconds: seconds.map { max(1, $0) }, say: { say($0) })
            } catch let error as PhoneSetupError {
                say(error.message)
                throw ExitCode(PhoneExit.failed.rawValue)
            }
        }
    }

    fileprivate static func say(_ text: String) {
        let bytes = Array((text + "\n").utf8)
        _ = Glibc.write(STDOUT_FILENO, bytes, bytes.count)
    }
}

extension ParsableCommand {
    fileprivate func say(_ text: String) { AudioCommand.say(text) }
}
