import NIOCore
import NIOPosix

/// A pause between tries, on a timer of the loop that sockets use; nothing is tested by it.
enum Pause {
    static func seconds(_ seconds: Int) async {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        _ = try? await loop.scheduleTask(in: .seconds(Int64(seconds))) {}.futureResult.get()
    }
}
