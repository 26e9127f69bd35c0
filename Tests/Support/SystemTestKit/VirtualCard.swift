package import Foundation

/// A sound card that is not there: an ALSA plugin with a clock of its own, which can be pulled out and put back. Its
/// devices are `mic`, which says a tone, `spk`, `ring` and `alert`, which keep what they are given.
package final class VirtualCard {
    package static let sampleRate = 16_000
    private let folder: TemporaryFolder
    private let library: String
    private let captureDrift: Int
    private let playbackDrift: Int

    /// - Parameters:
    ///   - source: `virtual_card.c` of the tests.
    ///   - toneHertz: what the microphone hears; nil: the same silence as in an empty room.
    ///   - captureDrift: how much faster than time the microphone's clock runs, in parts per million.
    package init(
        source: URL, toneHertz: Double?, captureDrift: Int = 0, playbackDrift: Int = 0
    ) throws {
        folder = try TemporaryFolder()
        library = try Self.compile(source)
        self.captureDrift = captureDrift
        self.playbackDrift = playbackDrift
        if let toneHertz {
            try Tone.write(hertz: toneHertz, sampleRate: Self.sampleRate, to: folder.path("tone.wav"))
            let tone = try Data(contentsOf: URL(fileURLWithPath: folder.path("tone.wav")))
            try tone.dropFirst(44).write(to: URL(fileURLWithPath: folder.path("mic.raw")))
        }
        for plug in ["call", "signals"] { try putBack(plug) }
    }

    /// What the microphone hears, again and again.
    package func say(_ samples: [Int16]) throws {
        let data = samples.reduce(into: Data(capacity: samples.count * 2)) { data, sample in
            withUnsafeBytes(of: sample.littleEndian) { data.append(contentsOf: $0) }
        }
        try data.write(to: URL(fileURLWithPath: folder.path("mic.raw")))
    }

    /// Pulls out the card of the call.
    package func pullOut() throws { try FileManager.default.removeItem(atPath: folder.path("call")) }
    package func putBack() throws { try putBack("call") }
    private func putBack(_ plug: String) throws { try folder.write("", to: plug) }

    /// For `ALSA_CONFIG_PATH`.
    package func configuration() throws -> String {
        func device(_ name: String, _ kind: String, _ plug: String, _ drift: Int) -> String {
            """
            pcm.\(name) {
                type pbxcard
                plug "\(folder.path(plug))"
                ppm \(drift)
                \(kind) "\(folder.path("\(name).raw"))"
                log "\(folder.path("\(name).log"))"
            }
            """
        }
        return try folder.write(
            """
            </usr/share/alsa/alsa.conf>
            pcm_type.pbxcard { lib "\(library)" }
            \(device("mic", "capture", "call", captureDrift))
            \(device("spk", "playback", "call", playbackDrift))
            \(device("ring", "playback", "signals", 0))
            \(device("alert", "playback", "signals", 0))

            """, to: "alsa.conf")
    }

    /// What a speaker was given.
    package func spoken(by name: String = "spk") throws -> WaveFile {
        let data = (try? Data(contentsOf: URL(fileURLWithPath: folder.path("\(name).raw")))) ?? Data()
        let samples = stride(from: data.startIndex, to: data.endIndex - 1, by: 2).map {
            Int16(bitPattern: UInt16(data[$0]) | UInt16(data[$0 + 1]) << 8)
        }
        try WaveFile.write(samples, sampleRate: Self.sampleRate, to: folder.path("\(name).wav"))
        return try WaveFile(path: folder.path("\(name).wav"))
    }

    /// What happened to a device: `start`, `late` (it ran dry, or over), `gone`, `close`.
    package func events(of name: String) -> [Event] {
        let text = (try? String(contentsOfFile: folder.path("\(name).log"), encoding: .utf8)) ?? ""
        return text.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            guard words.count == 4, let nanoseconds = UInt64(words[2]), let samples = Int(words[3]) else { return nil }
            return Event(what: String(words[1]), nanoseconds: nanoseconds, samples: samples)
        }
    }

    package struct Event: Sendable {
        package var what: String
        /// By the monotonic clock.
        package var nanoseconds: UInt64
        /// Given or taken before.
        package var samples: Int
    }

    /// Compiled once for all tests of this machine, beside our programs.
    private static func compile(_ source: URL) throws -> String {
        let folder = try Programs.ours("pbx-phone").deletingLastPathComponent()
        let text = try Data(contentsOf: source)
        let mark = text.reduce(UInt64(14_695_981_039_346_656_037)) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
        let library = folder.appendingPathComponent("virtual_card-\(String(mark, radix: 36)).so")
        if FileManager.default.fileExists(atPath: library.path) { return library.path }
        let new = folder.appendingPathComponent("virtual_card-\(UInt32.random(in: 0 ... .max)).so")
        let result = try Programs.run(
            try Programs.peer("cc", package: "gcc"),
            ["-shared", "-fPIC", "-DPIC", "-O2", "-Wall", "-Werror", "-o", new.path, source.path, "-lasound"])
        guard result.status == 0 else { throw PeerFailure("the virtual card does not compile", output: result.output) }
        guard rename(new.path, library.path) == 0 else { throw PeerFailure("cannot write \(library.path)") }
        return library.path
    }
}
