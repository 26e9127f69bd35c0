package import Foundation

/// A terminal of its own with one program in it: keys go in as a person presses them, and the screen comes out as a
/// person sees it.
package final class Tmux {
    private let folder: TemporaryFolder
    private let tmux: URL
    /// In the foreground: a server that a client leaves behind would keep that client's end from being noticed.
    private let server: ChildProcess
    private var socket: String { folder.path("tmux") }

    /// Starts `program` on a screen of this size. `environment` is added to a bare one.
    package init(
        _ program: URL, _ arguments: [String], width: Int = 80, height: Int = 24, environment: [String: String] = [:]
    ) throws {
        folder = try TemporaryFolder()
        tmux = try Programs.peer("tmux", package: "tmux")
        try folder.write("set -g status off\nset -g remain-on-exit on\nset -sg escape-time 0\n", to: "tmux.conf")
        server = try ChildProcess(
            tmux, ["-u", "-D", "-S", folder.path("tmux"), "-f", folder.path("tmux.conf")],
            environment: Self.environment)
        try Waiting.until("tmux to listen") { FileManager.default.fileExists(atPath: socket) }
        let variables = ["LC_ALL": "C.UTF-8"].merging(environment) { _, new in new }.sorted { $0.key < $1.key }
        let command =
            ["env"] + variables.map { "\($0.key)=\($0.value)" } + [program.path] + arguments
        try run(["new-session", "-d", "-x", "\(width)", "-y", "\(height)"] + command)
    }

    deinit { _ = try? run(["kill-server"]) }

    /// Presses keys by tmux's names (`Enter`, `F7`, `C-x`), or types a text when no key has that name.
    package func press(_ keys: String...) throws { try run(["send-keys"] + keys) }

    package func resize(width: Int, height: Int) throws {
        try run(["resize-window", "-x", "\(width)", "-y", "\(height)"])
    }

    /// The rows that are seen now.
    package func screen() throws -> String { try run(["capture-pane", "-p"]) }

    /// Waits until the screen shows `text`, and returns it.
    @discardableResult
    package func wait(for text: String, within seconds: Double = Waiting.patienceSeconds) throws -> String {
        var last = ""
        do {
            return try Waiting.value(of: "the screen to show \"\(text)\"", within: seconds) {
                last = try screen()
                return last.contains(text) ? last : nil
            }
        } catch let failure as PeerFailure {
            throw PeerFailure(failure.description, output: last)
        }
    }

    /// Waits until the program has let go of its terminal.
    package func waitForEnd() throws {
        try Waiting.until("the program to end") { try run(["display-message", "-p", "#{pane_dead}"]).hasPrefix("1") }
    }

    /// The process in the terminal.
    package func pid() throws -> Int32 {
        let text = try run(["display-message", "-p", "#{pane_pid}"])
        return Int32(text.filter(\.isNumber)) ?? 0
    }

    private static let environment = ["TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "TMUX": ""]

    @discardableResult
    private func run(_ arguments: [String]) throws -> String {
        let result = try Programs.run(
            tmux, ["-u", "-S", socket, "-f", folder.path("tmux.conf")] + arguments,
            environment: Self.environment)
        guard result.status == 0 else { throw PeerFailure("tmux \(arguments) failed", output: result.output) }
        return result.output
    }
}
