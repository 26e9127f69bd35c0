import Foundation

/// What another process says, line by line, as it says it. One thread writes, any may wait.
final class OutputLog: @unchecked Sendable {
    // Guarded by `condition`.
    private var lines: [String] = []
    private var partial = Data()
    private var isEnded = false
    private let condition = NSCondition()

    var text: String { condition.withLock { lines.joined(separator: "\n") } }
    var hasEnded: Bool { condition.withLock { isEnded } }
    var count: Int { condition.withLock { lines.count } }

    /// Reads `descriptor` to its end on a thread of its own.
    func follow(_ descriptor: FileHandle) {
        Thread.detachNewThread { [self] in
            while case let data = descriptor.availableData, !data.isEmpty { append(data) }
            end()
        }
    }

    /// The first line from number `start` on that contains `text`; nil at the deadline and after the last line.
    func line(containing text: String, from start: Int, within seconds: Double) -> String? {
        let deadline = Date(timeIntervalSinceNow: seconds)
        condition.lock()
        defer { condition.unlock() }
        while true {
            if let line = lines.dropFirst(start).first(where: { $0.contains(text) }) { return line }
            let unfinished = String(decoding: partial, as: UTF8.self)
            if unfinished.contains(text) { return unfinished }
            guard !isEnded, condition.wait(until: deadline) else { return nil }
        }
    }

    private func append(_ data: Data) {
        condition.lock()
        defer { condition.unlock() }
        partial.append(data)
        while let end = partial.firstIndex(of: UInt8(ascii: "\n")) {
            lines.append(String(decoding: partial[..<end], as: UTF8.self))
            partial = Data(partial[(end + 1)...])
        }
        condition.broadcast()
    }

    private func end() {
        condition.lock()
        defer { condition.unlock() }
        if !partial.isEmpty { lines.append(String(decoding: partial, as: UTF8.self)) }
        partial = Data()
        isEnded = true
        condition.broadcast()
    }
}
