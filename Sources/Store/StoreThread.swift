import class Foundation.Thread

/// A thread of our own: the writer and the syncer block in system calls for as long as the disk likes, which the pool's
/// threads must not.
struct StoreThread: Sendable {
    private let ended: Doorbell

    init(name: String, _ body: @escaping @Sendable () -> Void) throws(StoreError) {
        let ended = try Doorbell()
        self.ended = ended
        let thread = Thread {
            body()
            ended.ring()
        }
        thread.name = name
        thread.start()
    }

    /// Waits for its end. Once only.
    func join() {
        // A signal may interrupt the wait.
        while !ended.wait(milliseconds: -1) {}
    }
}
