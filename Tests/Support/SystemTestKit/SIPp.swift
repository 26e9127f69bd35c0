import Foundation

/// A real SIPp playing one scenario.
package final class SIPp {
    package let port: UInt16
    package let process: ChildProcess
    private let folder: TemporaryFolder

    /// How many calls to play, and how fast.
    package struct Load: Sendable {
        package var calls = 1
        package var callsPerSecond = 10
        package var callsAtOnceMax = 2_000

        package init(calls: Int = 1, callsPerSecond: Int = 10) {
            self.calls = calls
            self.callsPerSecond = callsPerSecond
        }
    }

    /// Starts SIPp towards `account`'s server. As callee it waits until its port is open.
    package init(
        _ scenario: SIPpScenario, _ account: SIPAccount, load: Load = Load(), port: UInt16? = nil,
        isCallee: Bool = false
    ) throws {
        folder = try TemporaryFolder()
        self.port = try port ?? LoopbackPorts.take()
        let file = try folder.write(scenario.xml, to: "scenario.xml")
        let mediaPort = try LoopbackPorts.take(4)
        process = try ChildProcess(
            try Programs.peer("sipp", package: "sip-tester"),
            [
                account.server, "-sf", file, "-i", account.loopback, "-p", "\(self.port)",
                "-t", account.transport == .udp ? "u1" : "t1", "-mi", account.loopback, "-mp", "\(mediaPort)",
                "-m", "\(load.calls)", "-r", "\(load.callsPerSecond)", "-l", "\(load.callsAtOnceMax)",
                "-nostdin", "-trace_err", "-error_file", folder.path("errors"), "-timeout", "300",
                "-trace_stat", "-stf", folder.path("statistics.csv"), "-fd", "1",
            ], environment: ["TERM": "dumb"], folder: folder.url)
        if isCallee { try waitForPort(account) }
    }

    /// Waits for the end; throws with SIPp's own words when a call failed.
    package func succeed(within seconds: Double = 60) throws {
        let status = try process.waitForExit(within: seconds)
        if status != 0 { throw PeerFailure("sipp ended with \(status)", output: explanation) }
    }

    /// Calls that went through, and that did not, so far.
    package var counts: (successful: Int, failed: Int) {
        let rows = ((try? String(contentsOfFile: folder.path("statistics.csv"), encoding: .utf8)) ?? "")
            .split(separator: "\n").map { $0.split(separator: ";", omittingEmptySubsequences: false) }
        guard let names = rows.first, let last = rows.last, rows.count > 1 else { return (0, 0) }
        func value(_ name: Substring) -> Int {
            names.firstIndex(of: name).flatMap { last.indices.contains($0) ? Int(last[$0]) : nil } ?? 0
        }
        return (value("SuccessfulCall(C)"), value("FailedCall(C)"))
    }

    private var explanation: String {
        let errors = (try? String(contentsOfFile: folder.path("errors"), encoding: .utf8)) ?? ""
        return errors.isEmpty ? process.output : errors
    }

    private func waitForPort(_ account: SIPAccount) throws {
        let type = account.transport == .udp ? SOCK_DGRAM : SOCK_STREAM
        try Waiting.until("sipp to open port \(port)") {
            guard process.isRunning else { throw PeerFailure("sipp ended at once", output: explanation) }
            return !LoopbackSocket.canBind(type: type, port: port, isIPv6: account.isIPv6)
        }
    }
}

extension SIPp {
    /// Registers `account` at its server with a contact at `contactPort`.
    package static func register(_ account: SIPAccount, contactPort: UInt16) throws {
        try SIPp(.register(account, contactPort: contactPort), account).succeed()
    }
}
