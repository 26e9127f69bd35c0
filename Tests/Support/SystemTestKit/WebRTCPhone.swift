package import Foundation

/// A browser's media without a browser: aiortc, from a Python environment that is made on first use.
package final class WebRTCPhone {
    /// What it said of its call.
    package struct Result: Decodable, Sendable {
        package let heardHertz: Double?
        package let levelDecibels: Double?
        package let seconds: Double
        package let media: String
        package let codec: String?
    }

    private static let version = "1.16.0"
    private static let installSecondsMax = 240.0
    private let process: ChildProcess

    /// Calls `number`, or without one registers and waits for a call; either way it listens for `seconds`.
    ///
    /// - Parameters:
    ///   - script: `webrtc_phone.py` of the tests.
    ///   - listensFor: the tones that it may hear; it reports the strongest.
    package init(
        _ account: SIPAccount, script: URL, calls number: String?, toneHertz: Double, listensFor: [Double],
        codec: String? = nil, seconds: Double = 4, otherSideHangsUp: Bool = false
    ) throws {
        var arguments = [
            script.path, "--port", "\(account.port)", "--user", account.number, "--password", account.password,
            "--tone", "\(toneHertz)", "--seconds", "\(seconds)", "--listen",
        ]
        arguments += listensFor.map(String.init(describing:))
        arguments += number.map { ["--call", $0] } ?? ["--answer"]
        if let codec { arguments += ["--codec", codec] }
        if otherSideHangsUp { arguments.append("--waits") }
        process = try ChildProcess(try Self.python(), ["-u"] + arguments)
        if number == nil { try process.wait(for: "registered") }
    }

    package func waitForCall() throws { try process.wait(for: "established") }

    /// Waits for the end of the call and tells how it went.
    package func result() throws -> Result {
        let status = try process.waitForExit()
        let output = try process.finalOutput()
        guard status == 0, let line = output.split(separator: "\n").last(where: { $0.hasPrefix("{") }) else {
            throw PeerFailure("the WebRTC phone had no call", output: output)
        }
        return try JSONDecoder().decode(Result.self, from: Data(line.utf8))
    }

    /// The interpreter that has aiortc. The environment lives beside our programs, and is made once.
    private static func python() throws -> URL {
        let folder = try Programs.ours("pbxd").deletingLastPathComponent().appendingPathComponent("aiortc-\(version)")
        let python = folder.appendingPathComponent("bin/python")
        let mark = folder.appendingPathComponent("complete")
        if FileManager.default.fileExists(atPath: mark.path) { return python }
        let system = try Programs.peer("python3", package: "python3-venv")
        for command in [
            (system, ["-m", "venv", "--clear", folder.path]),
            (python, ["-m", "pip", "install", "--quiet", "aiortc==\(version)"]),
        ] {
            // pip trusts a list of its own; a machine behind a proxy has the proxy's authority in the system's.
            let made = try Programs.run(
                command.0, command.1, environment: ["PIP_CERT": "/etc/ssl/certs/ca-certificates.crt"],
                within: installSecondsMax)
            guard made.status == 0 else { throw PeerFailure("aiortc cannot be installed", output: made.output) }
        }
        try Data().write(to: mark)
        return python
    }
}
