package import Foundation

/// A program that a test started: its output can be waited for, and it ends with the test.
package final class ChildProcess: @unchecked Sendable {
    package let name: String
    private let process = Process()
    private let input = Pipe()
    private let log = OutputLog()
    private let exited = DispatchSemaphore(value: 0)

    /// Starts `program` with standard output and error joined. `environment` is added to ours.
    package init(
        _ program: URL, _ arguments: [String], environment: [String: String] = [:], folder: URL? = nil
    ) throws {
        signal(SIGPIPE, SIG_IGN)
        name = program.lastPathComponent
        let output = Pipe()
        process.executableURL = program
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
        process.currentDirectoryURL = folder
        process.standardInput = input
        process.standardOutput = output
        process.standardError = output
        let exited = exited
        process.terminationHandler = { _ in exited.signal() }
        try process.run()
        try output.fileHandleForWriting.close()
        log.follow(output.fileHandleForReading)
    }

    deinit { kill() }

    package var pid: Int32 { process.processIdentifier }
    package var isRunning: Bool { process.isRunning }
    /// Everything said so far.
    package var output: String { log.text }
    /// A place in the output, to wait only for what comes after it.
    package var mark: Int { log.count }

    /// Writes one line to the program's standard input.
    package func say(_ line: String) throws {
        try input.fileHandleForWriting.write(contentsOf: Data((line + "\n").utf8))
    }

    /// The first line after `mark` that contains `text`.
    @discardableResult
    package func wait(
        for text: String, after mark: Int = 0, within seconds: Double = Waiting.patienceSeconds
    ) throws -> String {
        if let line = log.line(containing: text, from: mark, within: seconds) { return line }
        throw PeerFailure("\(name) did not say \"\(text)\" within \(seconds) s", output: output)
    }

    /// Waits for the end and returns the exit status (the negative signal number when a signal ended it).
    @discardableResult
    package func waitForExit(within seconds: Double = Waiting.patienceSeconds) throws -> Int32 {
        guard exited.wait(timeout: .now() + seconds) == .success else {
            throw PeerFailure("\(name) did not end within \(seconds) s", output: output)
        }
        exited.signal()
        return process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
    }

    /// Everything it said, once it has ended.
    package func finalOutput() throws -> String {
        try Waiting.until("\(name) to close its output", within: 5) { log.hasEnded }
        return output
    }

    package func send(signal number: Int32) {
        if process.isRunning { Foundation.kill(pid, number) }
    }

    /// Ends it at once and waits until it is gone.
    package func kill() {
        send(signal: SIGKILL)
        _ = try? waitForExit(within: 5)
    }
}
