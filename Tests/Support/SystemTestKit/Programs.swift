package import Foundation

/// Where the programs are: ours beside the test bundle, the peers on PATH.
package enum Programs {
    /// A program of ours. `PBX_PROGRAMS` names another folder, e.g. that of a release build.
    package static func ours(_ name: String) throws -> URL {
        let folder =
            ProcessInfo.processInfo.environment["PBX_PROGRAMS"].map { URL(fileURLWithPath: $0) }
            ?? URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        let program = folder.appendingPathComponent(name)
        guard FileManager.default.isExecutableFile(atPath: program.path) else {
            throw PeerFailure("no \(name) in \(folder.path) (run swift build first)")
        }
        return program
    }

    /// A peer from the list in Tests/peers; a missing one is a failure, not a skip.
    package static func peer(_ name: String, package: String) throws -> URL {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        for folder in path.split(separator: ":") {
            let candidate = "\(folder)/\(name)"
            if FileManager.default.isExecutableFile(atPath: candidate) { return URL(fileURLWithPath: candidate) }
        }
        throw PeerFailure("\(name) is not installed (apt-get install \(package); Tests/peers lists all of them)")
    }

    /// Runs a program to its end and returns status and output.
    package static func run(
        _ program: URL, _ arguments: [String], environment: [String: String] = [:],
        within seconds: Double = Waiting.patienceSeconds
    ) throws -> (status: Int32, output: String) {
        let process = try ChildProcess(program, arguments, environment: environment)
        defer { process.kill() }
        let status = try process.waitForExit(within: seconds)
        return (status, try process.finalOutput())
    }
}
