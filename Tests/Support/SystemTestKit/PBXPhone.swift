import Foundation

/// Our own `pbx-phone` without a screen, steered by lines; plays a tone and writes what it hears.
package final class PBXPhone {
    private let folder: TemporaryFolder
    package let process: ChildProcess
    private let account: SIPAccount?
    /// Where it listens for SIP.
    package let port: UInt16
    private let loopback: String

    /// Starts it and, where it has an account, waits until it is registered.
    package init(
        _ account: SIPAccount? = nil, toneHertz: Double, answersAtOnce: Bool = true, sound: Sound = .files,
        arguments: [String] = []
    ) throws {
        self.account = account
        folder = try TemporaryFolder()
        port = try LoopbackPorts.take()
        let mediaPort = try LoopbackPorts.take(20)
        loopback = account?.host ?? "127.0.0.1"
        try Tone.write(hertz: toneHertz, sampleRate: 16_000, to: folder.path("tone.wav"))
        var options = [
            "--headless", "--listen", "\(loopback):\(port)", "--media-ports", "\(mediaPort)-\(mediaPort + 19)",
        ]
        var environment = ["PBX_PHONE_PASSWORD": account?.password ?? ""]
        switch sound {
        case .files: options += ["--play", folder.path("tone.wav"), "--record", folder.path("heard.wav")]
        case .card(let isFiltered, let capture):
            environment["ALSA_CONFIG_PATH"] = try Self.writeCard(in: folder)
            options += ["--sound", "--capture", capture, "--playback", "spk"]
            if !isFiltered { options.append("--raw-microphone") }
        case .virtual(let card):
            environment["ALSA_CONFIG_PATH"] = try card.configuration()
            options += [
                "--sound", "--capture", "mic", "--playback", "spk", "--ring-device", "ring", "--alert-device", "alert",
                "--raw-microphone",
            ]
        }
        if answersAtOnce { options.append("--auto-answer") }
        if let account {
            let transport = account.transport == .udp ? "" : ";transport=\(account.transport.rawValue)"
            options += ["--account", "sip:\(account.number)@\(account.server)\(transport)"]
        }
        process = try ChildProcess(
            try Programs.ours("pbx-phone"), options + arguments,
            environment: environment)
        if account != nil {
            try process.wait(for: #""event":"registered""#)
        } else {
            try process.say("help")
            try process.wait(for: #""event":"help""#)
        }
    }

    /// Where its sound comes from and goes to.
    package enum Sound {
        /// `--play` and `--record`.
        case files
        /// A microphone `mic` that gives the tone and a speaker `spk` that keeps what it is given: ALSA's file devices.
        case card(isFiltered: Bool, capture: String = "mic")
        /// Devices that keep time, and can be pulled out.
        case virtual(VirtualCard)
    }

    /// ALSA's file devices read and write raw samples, and keep no time.
    private static func writeCard(in folder: TemporaryFolder) throws -> String {
        let tone = try Data(contentsOf: URL(fileURLWithPath: folder.path("tone.wav")))
        try tone.dropFirst(44).write(to: URL(fileURLWithPath: folder.path("mic.raw")))
        return try folder.write(
            """
            </usr/share/alsa/alsa.conf>
            pcm.mic { type file slave.pcm "null" file "/dev/null" infile "\(folder.path("mic.raw"))" format "raw" }
            pcm.spk { type file slave.pcm "null" file "\(folder.path("spk.raw"))" format "raw" }

            """, to: "alsa.conf")
    }

    /// What the speaker was given, at 16 kHz.
    package func spoken() throws -> WaveFile {
        let data = try Data(contentsOf: URL(fileURLWithPath: folder.path("spk.raw")))
        let samples = stride(from: data.startIndex, to: data.endIndex - 1, by: 2).map {
            Int16(bitPattern: UInt16(data[$0]) | UInt16(data[$0 + 1]) << 8)
        }
        try WaveFile.write(samples, sampleRate: 16_000, to: folder.path("spk.wav"))
        return try WaveFile(path: folder.path("spk.wav"))
    }

    /// The address at which it can be called without a server.
    package var uri: String { "sip:phone@\(loopback):\(port)" }
    package var output: String { process.output }
    package var mark: Int { process.mark }

    package func say(_ command: String) throws { try process.say(command) }
    package func dial(_ target: String) throws { try say("call \(target)") }
    package func hangUp() throws { try say("hangup") }

    /// Waits until a line is in this state: `active`, `held`, `incoming`, …
    @discardableResult
    package func wait(for state: String, line: Int = 1, after mark: Int = 0) throws -> String {
        try waitForEvent(#""line":\#(line),"#, #""state":"\#(state)""#, after: mark)
    }

    /// Waits for an event that has all these pieces of JSON.
    @discardableResult
    package func waitForEvent(_ pieces: String..., after mark: Int = 0) throws -> String {
        try Waiting.value(of: "pbx-phone to tell \(pieces.joined(separator: " "))") {
            process.output.split(separator: "\n").dropFirst(mark).map(String.init).first { line in
                pieces.allSatisfy(line.contains)
            }
        }
    }

    /// Waits until it has written `seconds` of what it heard.
    package func hear(seconds: Double, recording: Int = 1) throws {
        try WaveFile.waitForGrowth(of: heardPath(recording), seconds: seconds, by: "pbx-phone")
    }

    /// What it heard in its call of that number, counted by recordings.
    package func recording(_ number: Int = 1) throws -> WaveFile { try WaveFile(path: heardPath(number)) }

    private func heardPath(_ number: Int) -> String {
        folder.path(number == 1 ? "heard.wav" : "heard-\(number).wav")
    }

    /// Ends it in order and returns its exit status.
    @discardableResult
    package func quit() throws -> Int32 {
        try say("quit")
        return try process.waitForExit()
    }
}
