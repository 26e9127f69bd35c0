import Foundation

/// A real baresip, steered over its control port; plays a tone and writes what it hears.
package final class Baresip {
    private let folder: TemporaryFolder
    private let process: ChildProcess
    private let control: NetstringConnection
    private let account: SIPAccount

    /// Starts it and, unless `registers` is false, waits until it is registered.
    package init(
        _ account: SIPAccount, toneHertz: Double, answersAtOnce: Bool = true, media: PhoneMedia = PhoneMedia(),
        registers: Bool = true, sipPort: UInt16? = nil
    ) throws {
        self.account = account
        folder = try TemporaryFolder()
        let sipPort = try sipPort ?? LoopbackPorts.take(2)
        let mediaPort = try LoopbackPorts.take(20)
        let controlPort = try LoopbackPorts.take(2)
        try Tone.write(hertz: toneHertz, sampleRate: 8_000, to: folder.path("tone.wav"))
        try folder.write("", to: "contacts")
        try folder.write(
            Self.accountLine(account, answersAtOnce: answersAtOnce, media: media, registers: registers), to: "accounts")
        try folder.write(
            """
            sip_listen \(account.host):\(sipPort)
            sip_transports udp,tcp
            net_interface \(account.loopback)
            ctrl_tcp_listen 127.0.0.1:\(controlPort)
            audio_player aubridge,sink
            audio_source aufile,\(folder.path("tone.wav"))
            audio_alert aubridge,alert
            ausrc_srate 8000
            auplay_srate 8000
            ausrc_channels 1
            auplay_channels 1
            rtp_ports \(mediaPort)-\(mediaPort + 19)
            snd_path \(folder.url.path)
            module_path /usr/lib/baresip/modules
            \(media.baresipModules.map { "module \($0)" }.joined(separator: "\n"))
            module aufile.so
            module aubridge.so
            module sndfile.so
            module_app account.so
            module_app menu.so
            module_app ctrl_tcp.so

            """, to: "config")
        process = try ChildProcess(
            try Programs.peer("baresip", package: "baresip-core"), ["-f", folder.url.path, "-t", "600"])
        try process.wait(for: "baresip is ready")
        control = try NetstringConnection(port: controlPort)
        if registers { try process.wait(for: "200 OK") }
    }

    private static func accountLine(
        _ account: SIPAccount, answersAtOnce: Bool, media: PhoneMedia, registers: Bool
    ) -> String {
        let uri = "<sip:\(account.number)@\(account.server);transport=\(account.transport.rawValue)>"
        return uri + ";auth_user=\(account.number);auth_pass=\(account.password)"
            + ";regint=\(registers ? 300 : 0);audio_codecs=\(media.baresipCodec)"
            + media.baresipParameters + ";answermode=\(answersAtOnce ? "auto" : "manual")\n"
    }

    package var output: String { process.output }

    package func dial(_ number: String) throws { try dial(uri: account.address(of: number)) }

    package func dial(uri: String) throws { try control.send(command: "dial", parameters: uri) }

    /// Sends the other party of its call on, by REFER.
    package func transfer(to number: String) throws {
        try control.send(command: "transfer", parameters: account.address(of: number))
    }

    package func answer() throws { try control.send(command: "accept") }

    package func hangUp() throws { try control.send(command: "hangup") }

    /// Waits for an event of its call, e.g. `CALL_ESTABLISHED`, and returns its parameter text.
    @discardableResult
    package func wait(for event: String, within seconds: Double = Waiting.patienceSeconds) throws -> String {
        do {
            return try control.wait(forEvent: event, within: seconds)
        } catch let failure as PeerFailure {
            throw PeerFailure(failure.description, output: output)
        }
    }

    /// Waits until it has written `seconds` of what it heard.
    package func hear(seconds: Double) throws {
        let path = try Waiting.value(of: "baresip \(account.number) to write what it hears") { try heardPath() }
        try WaveFile.waitForGrowth(of: path, seconds: seconds, by: "baresip \(account.number)")
    }

    /// What it heard in its last call.
    package func recording() throws -> WaveFile {
        guard let path = try heardPath() else { throw PeerFailure("baresip heard nothing", output: output) }
        return try WaveFile(path: path)
    }

    private func heardPath() throws -> String? {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
        return names.sorted().last { $0.hasSuffix("-dec.wav") }.map { folder.path($0) }
    }
}
