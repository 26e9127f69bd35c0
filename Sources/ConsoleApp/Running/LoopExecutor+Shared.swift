import CursesBackend
import NIOCore
import NIOPosix

extension LoopExecutor {
    /// On the event loop that the console's socket has.
    static let shared = LoopExecutor(MultiThreadedEventLoopGroup.singleton.next().execute)
}
