internal import GRDB
import Glibc
import Synchronization

/// Sees to it that a power cut takes at most the last second: what a commit leaves in the kernel (which a crash of ours
/// cannot hurt) is sent to the disk at most once in half a second, on a thread of its own, so that no commit waits for
/// it. The same thread moves the write-ahead log into the database file when it has grown.
final class DiskSync: Sendable {
    private struct State {
        var isDirty = false
        var isClosed = false
    }

    private let state = Mutex(State())
    private let doorbell: Doorbell
    private let path: String
    private let intervalMilliseconds: CInt

    /// The log is moved into the database at this size,
    static let checkpointBytes = 8 << 20
    /// and at this size the writer helps, as only a moment without a commit lets the log begin anew.
    static let checkpointBytesMax = 32 << 20

    init(path: String, intervalMilliseconds: Int) throws(StoreError) {
        self.path = path
        self.intervalMilliseconds = CInt(clamping: intervalMilliseconds)
        doorbell = try Doorbell()
    }

    /// A transaction was committed.
    func wrote() {
        let wakes = state.withLock { state in
            defer { state.isDirty = true }
            return !state.isDirty
        }
        if wakes { doorbell.ring() }
    }

    /// Ends the thread, after a last round.
    func stop() {
        state.withLock { $0.isClosed = true }
        doorbell.ring()
    }

    /// The body of the thread. `checkpointer` is a connection for nothing but moving the log, `pool` the writer's.
    func run(checkpointer: DatabaseQueue, pool: DatabasePool) {
        var log: CInt = -1
        defer { if log >= 0 { close(log) } }
        while true {
            doorbell.wait(milliseconds: -1)
            // Let a group of transactions gather.
            if !(state.withLock { $0.isClosed }) { doorbell.wait(milliseconds: intervalMilliseconds) }
            let now = state.withLock { state in
                defer { state.isDirty = false }
                return state
            }
            if now.isDirty {
                // The log stays the same file while the pool is open. Its locks live in other files, so closing our
                // descriptor releases none.
                if log < 0 { log = open("\(path)-wal", O_RDONLY | O_CLOEXEC) }
                if log >= 0 {
                    fdatasync(log)
                    checkpoint(logBytes: size(of: log), checkpointer, pool)
                }
            }
            if now.isClosed { return }
        }
    }

    /// Failing is harmless: somebody reads or writes, and the next round tries again.
    private func checkpoint(logBytes: Int, _ checkpointer: DatabaseQueue, _ pool: DatabasePool) {
        guard logBytes >= Self.checkpointBytes else { return }
        try? checkpointer.inDatabase { try $0.execute(sql: "PRAGMA wal_checkpoint(PASSIVE)") }
        guard logBytes >= Self.checkpointBytesMax else { return }
        try? pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA wal_checkpoint(PASSIVE)") }
    }

    private func size(of descriptor: CInt) -> Int {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
    }
}
