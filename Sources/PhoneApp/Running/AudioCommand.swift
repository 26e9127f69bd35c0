import ArgumentParser
import AudioIO
import Glibc

/// `pbx-phone audio`: what there is to hear and speak with, and whether it works.
struct AudioCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audio", abstract: "Sound devices: what there is, and whether it works.",
        subcommands: [List.self, Test.self], defaultSubcommand: List.self)

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
            let trial = DeviceTrial(.init(capture: devices.capture, playback: devices.playback))
            let length = min(max(1, seconds), 30)
            say("speak now: recording \(length) s from \"\(devices.capture)\"")
            let samples = try trial.record(seconds: length)
            let finding = DeviceTrial.Finding(samples, sampleRate: CardStream.sampleRate)
            say("loudest \(Int(finding.loudest)) dB, quietest \(Int(finding.quietest)) dB: \(finding.words)")
            say("playing it back to \"\(devices.playback)\"")
            try trial.play(samples)
            say("if you heard yourself, the speaker is fine too")
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
