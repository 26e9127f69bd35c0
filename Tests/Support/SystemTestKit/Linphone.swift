import Foundation

/// A real linphonec, steered over its prompt; plays a tone and writes what it hears.
package final class Linphone {
    private let folder: TemporaryFolder
    private let process: ChildProcess
    private let account: SIPAccount
    private var recordings = 0
    private let toneHertz: Double

    /// Starts it and, unless `registers` is false, waits until it is registered. Without `media` it offers every codec
    /// that it has.
    package init(
        _ account: SIPAccount, toneHertz: Double, answersAtOnce: Bool = true, sipPort: UInt16? = nil,
        media: PhoneMedia? = nil, registers: Bool = true
    ) throws {
        self.account = account
        self.toneHertz = toneHertz
        folder = try TemporaryFolder()
        try Tone.write(hertz: toneHertz, sampleRate: 16_000, to: folder.path("tone.wav"))
        // Without its data folder linphonec stops half-way in its start, silently.
        try FileManager.default.createDirectory(
            at: folder.url.appendingPathComponent(".local/share/linphone"), withIntermediateDirectories: true)
        let ports = (sip: try sipPort ?? LoopbackPorts.take(2), media: try LoopbackPorts.take(20))
        let file = try folder.write(
            Self.settings(account, sipPort: ports.sip, mediaPort: ports.media, media: media, registers: registers),
            to: "linphonerc")
        process = try ChildProcess(
            try Programs.peer("linphonec", package: "linphone-cli"),
            (answersAtOnce ? ["-a"] : []) + ["-c", file, "-d", "6", "-l", folder.path("log")],
            environment: ["HOME": folder.url.path, "TERM": "dumb", "LANG": "C"])
        try process.say("soundcard use files")
        try process.wait(for: "Using wav files")
        if registers { try waitForRegistration() }
    }

    private static func settings(
        _ account: SIPAccount, sipPort: UInt16, mediaPort: UInt16, media: PhoneMedia?, registers: Bool
    ) -> String {
        let settings = """
            [sip]
            sip_port=\(account.transport == .udp ? "\(sipPort)" : "0")
            sip_tcp_port=\(account.transport == .tcp ? "\(sipPort)" : "0")
            sip_tls_port=0
            bind_address=\(account.loopback)
            use_ipv6=\(account.isIPv6 ? 1 : 0)
            default_proxy=\(registers ? 0 : -1)
            guess_hostname=0
            contact=sip:\(account.number)@\(account.host)
            ping_with_options=0
            \(media?.linphoneEncryption ?? "")
            [rtp]
            audio_rtp_port=\(mediaPort)-\(mediaPort + 19)
            bind_address=\(account.loopback)
            [sound]
            echocancellation=0
            [misc]
            config_version=3
            \(media?.linphoneCodecs ?? "")

            """
        guard registers else { return settings }
        return settings + """
            [proxy_0]
            reg_proxy=<sip:\(account.server);transport=\(account.transport.rawValue)>
            reg_identity=sip:\(account.number)@\(account.server)
            reg_expires=300
            reg_sendregister=1
            publish=0
            [auth_info_0]
            username=\(account.number)
            passwd=\(account.password)

            """
    }

    package var output: String { process.output }

    package func dial(_ number: String) throws { try dial(uri: account.address(of: number)) }

    package func dial(uri: String) throws {
        try prepareFiles()
        try process.say("call \(uri)")
    }

    /// Gets ready to be called: the files are set before the call starts.
    package func expectCall() throws { try prepareFiles() }

    package func answer() throws { try process.say("answer") }

    package func hangUp() throws { try process.say("terminate") }

    package func waitForCall() throws { try process.wait(for: "Media streams established") }

    package func waitForEnd() throws -> String { try process.wait(for: " ended") }

    /// Waits until it has written `seconds` of what it heard.
    package func hear(seconds: Double) throws {
        try WaveFile.waitForGrowth(of: heardPath, seconds: seconds, by: "linphone \(account.number)")
    }

    /// What it heard, complete once the call has ended: only then does linphone write the file's header.
    package func recording() throws -> WaveFile {
        try Waiting.value(of: "linphone \(account.number) to close its recording") { try? WaveFile(path: heardPath) }
    }

    package func quit() throws {
        try process.say("quit")
        try process.waitForExit()
    }

    /// The prompt says nothing about it; the log does.
    private func waitForRegistration() throws {
        let log = folder.path("log")
        try Waiting.until("linphone \(account.number) to register") {
            try String(contentsOfFile: log, encoding: .utf8).contains("to [LinphoneRegistrationOk]")
        }
    }

    private var heardPath: String { folder.path("heard-\(recordings).wav") }

    private func prepareFiles() throws {
        recordings += 1
        try process.say("play \(folder.path("tone.wav"))")
        try process.say("record \(heardPath)")
    }
}
