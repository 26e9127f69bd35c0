import FoundationEssentials
import Glibc

/// The history on disk: JSON lines that are only added, and written anew when they have become too many.
struct HistoryFile: Sendable {
    /// So many lines are kept at least twice over before the file is written anew.
    static let linesMax = 2 * CallHistory.entriesMax
    /// What stands further from the end is not read.
    static let bytesMax = 4 << 20

    let path: String

    /// In the user's state folder (XDG Base Directory Specification); nil for a user without a home.
    init?(_ environment: [String: String]) {
        let folder =
            environment["XDG_STATE_HOME"].flatMap { $0.isEmpty ? nil : $0 }
            ?? environment["HOME"].map { "\($0)/.local/state" }
        guard let folder else { return nil }
        path = "\(folder)/pbx-x/phone-history.jsonl"
    }

    /// What is known of the past; nothing when there is no file. Lines that say nothing are skipped.
    func read() -> CallHistory {
        let lines = tail().split(separator: UInt8(ascii: "\n"))
        let history = CallHistory(lines.lazy.compactMap { HistoryLine(String(decoding: $0, as: UTF8.self)) })
        if lines.count > Self.linesMax { try? rewrite(history) }
        return history
    }

    /// Adds a line; throws when it could not be kept.
    func append(_ line: HistoryLine) throws(PhoneSetupError) {
        try? FileManager.default.createDirectory(
            atPath: String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)]), withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw problem() }
        defer { close(descriptor) }
        // One write, so that two phones of one user do not mix their lines.
        let bytes = Array((line.text + "\n").utf8)
        guard write(descriptor, bytes, bytes.count) == bytes.count else { throw problem() }
    }

    private func problem() -> PhoneSetupError {
        PhoneSetupError(message: "the history \"\(path)\" cannot be written: \(String(cString: strerror(errno)))")
    }

    private func tail() -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        let size = lseek(descriptor, 0, SEEK_END)
        lseek(descriptor, max(0, size - off_t(Self.bytesMax)), SEEK_SET)
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while bytes.count < Self.bytesMax {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            bytes += chunk[..<count]
        }
        return bytes
    }

    /// Puts a shorter file in place of the old one, or leaves that.
    private func rewrite(_ history: CallHistory) throws {
        let text = history.lines.map { $0.text + "\n" }.joined()
        try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        chmod(path, 0o600)
    }
}
