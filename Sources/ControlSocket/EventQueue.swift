import Synchronization

/// Events between the connection that receives them and the one task that reads them.
final class EventQueue: Sendable {
    private struct State {
        var events: [ReceivedEvent] = []
        var head = 0
        var ending: ControlSocketError?
        var reader: CheckedContinuation<ReceivedEvent, any Error>?

        var count: Int { events.count - head }

        mutating func popFirst() -> ReceivedEvent? {
            guard head < events.count else { return nil }
            defer {
                head += 1
                if head == events.count {
                    events.removeAll(keepingCapacity: true)
                    head = 0
                }
            }
            return events[head]
        }
    }

    private let state = Mutex(State())

    var count: Int { state.withLock(\.count) }

    /// Returns how many wait now.
    func put(_ event: ReceivedEvent) -> Int {
        let (reader, count) = state.withLock { state -> (CheckedContinuation<ReceivedEvent, any Error>?, Int) in
            if let reader = state.reader {
                state.reader = nil
                return (reader, state.count)
            }
            state.events.append(event)
            return (nil, state.count)
        }
        reader?.resume(returning: event)
        return count
    }

    /// What was received before is still read; then readers get `error`.
    func finish(_ error: ControlSocketError) {
        let reader = state.withLock { state in
            state.ending = state.ending ?? error
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume(throwing: error)
    }

    /// The next event, awaited by one task at a time. Throws once the connection has ended, or the task was cancelled.
    func next() async throws -> ReceivedEvent {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let result = state.withLock { state -> Result<ReceivedEvent, any Error>? in
                    if let event = state.popFirst() { return .success(event) }
                    if let ending = state.ending { return .failure(ending) }
                    if Task.isCancelled { return .failure(CancellationError()) }
                    precondition(state.reader == nil, "the event stream is read by two tasks at once")
                    state.reader = continuation
                    return nil
                }
                if let result { continuation.resume(with: result) }
            }
        } onCancel: {
            let reader = state.withLock { state in
                defer { state.reader = nil }
                return state.reader
            }
            reader?.resume(throwing: CancellationError())
        }
    }
}
