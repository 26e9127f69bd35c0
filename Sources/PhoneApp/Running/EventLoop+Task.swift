import CursesBackend
import NIOCore

extension EventLoop {
    /// Runs a task on this loop, not on the standard executor, whose threads wake an idle program each second.
    func run<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) -> EventLoopFuture<Value> {
        let promise = makePromise(of: Value.self)
        Task(executorPreference: LoopExecutor { self.execute($0) }) {
            do {
                promise.succeed(try await body())
            } catch {
                promise.fail(error)
            }
        }
        return promise.futureResult
    }
}
