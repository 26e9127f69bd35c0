import CLinuxNet
import Glibc
import Synchronization

/// A thread that works on files: it sleeps until there is something new, or, while it has work, until a moment later.
///
/// `@unchecked Sendable`: the flag is atomic, the descriptor a constant that is closed after the thread has ended; the
/// body runs on the thread alone.
final class FileThread: @unchecked Sendable {
    /// While there is work, it is looked at so often.
    private static let intervalMilliseconds: Int32 = 50

    private let wakeDescriptor: Int32
    private let mustStop = Atomic<Bool>(false)
    private var thread: FileThreadBox?

    init() throws(MediaEngineError) {
        wakeDescriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        guard wakeDescriptor >= 0 else { throw .systemCall("eventfd", errno: errno) }
    }

    deinit { _ = close(wakeDescriptor) }

    /// Starts the thread. `work` does what there is to do and returns whether there will be more soon; it is called
    /// once more after the end has been asked for.
    func start(name: String, _ work: sending @escaping () -> Bool) throws(MediaEngineError) {
        thread = FileThreadBox(
            try WorkerThread(name: name) { [self] in
                while true {
                    let isStopping = mustStop.load(ordering: .acquiring)
                    let hasWork = work()
                    if isStopping { return }
                    var descriptor = pollfd(fd: wakeDescriptor, events: Int16(POLLIN), revents: 0)
                    _ = poll(&descriptor, 1, hasWork ? Self.intervalMilliseconds : -1)
                    var count: UInt64 = 0
                    _ = eventfd_read(wakeDescriptor, &count)
                }
            })
    }

    /// From any thread.
    func wake() { eventfd_write(wakeDescriptor, 1) }

    /// Ends the thread after its last work and waits for it.
    func stop() {
        mustStop.store(true, ordering: .releasing)
        wake()
        thread?.join()
        thread = nil
    }
}

/// A thread in an optional; joining consumes it.
private final class FileThreadBox {
    private var thread: WorkerThread?

    init(_ thread: consuming WorkerThread) { self.thread = consume thread }

    func join() { thread.take()?.join() }
}
