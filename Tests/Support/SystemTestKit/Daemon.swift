import Foundation

/// A real `pbxd` on ports and in a folder of its own: the demo's, or one of a configuration.
package final class Daemon {
    package let port: UInt16
    package let folder: TemporaryFolder
    package let process: ChildProcess

    /// Starts and waits until it says that it is ready. `folder` and `port` of an earlier one continue its state.
    package init(folder: TemporaryFolder? = nil, port: UInt16? = nil, arguments: [String] = []) throws {
        self.folder = try folder ?? TemporaryFolder()
        self.port = try port ?? LoopbackPorts.take()
        process = try Self.start(
            ["--demo", "--state", self.folder.path("state"), "--sip-port", "\(self.port)"] + arguments,
            in: self.folder)
    }

    /// One of a configuration in TOML, in which `PORT` stands for its SIP port; sections `control` and `store` are
    /// added.
    package init(configuration: String) throws {
        folder = try TemporaryFolder()
        port = try LoopbackPorts.take()
        let text = configuration.replacingOccurrences(of: "PORT", with: "\(port)")
        let places = """

            [control]
            socket = "\(folder.path("state/control.sock"))"
            [store]
            state-directory = "\(folder.path("state"))"
            """
        process = try Self.start(["--config", try folder.write(text + places, to: "pbx.toml")], in: folder)
    }

    private static func start(_ arguments: [String], in folder: TemporaryFolder) throws -> ChildProcess {
        let path = folder.path("notify")
        try? FileManager.default.removeItem(atPath: path)
        let notify = try NotifySocket(path: path)
        let process = try ChildProcess(
            try Programs.ours("pbxd"), arguments, environment: ["NOTIFY_SOCKET": path, "NO_COLOR": "1"])
        guard notify.waitForReady(within: Waiting.patienceSeconds, while: { process.isRunning }) else {
            throw PeerFailure("pbxd did not get ready", output: process.output)
        }
        return process
    }

    package var controlSocket: String { folder.path("state/control.sock") }
    package var database: String { folder.path("state/pbx.db") }

    /// Runs `pbxctl` against this daemon.
    @discardableResult
    package func control(
        _ arguments: String..., within seconds: Double = Waiting.patienceSeconds
    ) throws -> (status: Int32, output: String) {
        try Programs.run(
            try Programs.ours("pbxctl"), ["--socket", controlSocket] + arguments, environment: ["NO_COLOR": "1"],
            within: seconds)
    }

    /// One value from the database, read beside the running daemon.
    package func query(_ sql: String) throws -> String {
        let sqlite = try Programs.peer("sqlite3", package: "sqlite3")
        let result = try Programs.run(sqlite, ["-readonly", "-cmd", ".timeout 5000", database, sql])
        guard result.status == 0 else { throw PeerFailure("sqlite3 failed on: \(sql)", output: result.output) }
        return result.output
    }

    /// Resident memory in KB and open file descriptors, to see what a load leaves behind.
    package func footprint() throws -> (residentKB: Int, descriptors: Int) {
        let status = try String(contentsOfFile: "/proc/\(process.pid)/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        let resident = line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        let descriptors = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process.pid)/fd").count
        return (resident, descriptors)
    }

    /// Ends it in order and returns its exit status.
    @discardableResult
    package func stop() throws -> Int32 {
        process.send(signal: SIGTERM)
        return try process.waitForExit()
    }
}
