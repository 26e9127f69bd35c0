import NIOCore
import NIOPosix

/// Runs tasks on the event loop that the socket has anyway. The standard executor's threads come with a timer that
/// wakes an idle program each second.
final class LoopExecutor: TaskExecutor {
    private let loop: any EventLoop

    static let shared = LoopExecutor(MultiThreadedEventLoopGroup.singleton.next())

    private init(_ loop: any EventLoop) { self.loop = loop }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
