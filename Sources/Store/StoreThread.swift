import Glibc

/// A thread of our own: the writer and the syncer block in system calls for as long as the disk likes, which the pool's
/// threads must not.
struct StoreThread: Sendable {
    private let handle: pthread_t

    init(_ body: @escaping @Sendable () -> Void) throws(StoreError) {
        var handle = pthread_t()
        let box = Unmanaged.passRetained(Body(run: body))
        let code = pthread_create(
            &handle, nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }, box.toOpaque())
        guard code == 0 else {
            box.release()
            throw StoreError(.cannotOpen, "thread of the store: \(String(cString: strerror(code)))")
        }
        self.handle = handle
    }

    /// Waits for its end. Once only.
    func join() { pthread_join(handle, nil) }

    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(run: @escaping @Sendable () -> Void) { self.run = run }
    }
}
