import CLinuxNet
import Glibc

/// A thread of its own for one worker: no Swift concurrency, no signals, a name that `top -H` shows.
struct WorkerThread: ~Copyable {
    private let thread: pthread_t

    private final class Start {
        let name: String
        let body: () -> Void

        init(name: String, body: @escaping () -> Void) {
            self.name = name
            self.body = body
        }
    }

    init(name: String, body: sending @escaping () -> Void) throws(MediaEngineError) {
        var thread = pthread_t()
        let start = Unmanaged.passRetained(Start(name: name, body: body))
        let result = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                pbx_linuxnet_prepare_thread(start.name)
                start.body()
                return nil
            }, start.toOpaque())
        guard result == 0 else {
            start.release()
            throw .systemCall("pthread_create", errno: result)
        }
        self.thread = thread
    }

    /// Waits until the body has returned.
    consuming func join() { pthread_join(thread, nil) }
}
