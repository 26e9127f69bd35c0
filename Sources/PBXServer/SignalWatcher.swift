import Dispatch
import Glibc

/// Turns signals into calls: TERM and INT stop, HUP reloads. A second TERM or INT while stopping is passed on too, so
/// that an impatient operator can end the drain.
final class SignalWatcher {
    private var sources: [any DispatchSourceSignal] = []

    /// - Parameter handler: called on a background queue with the signal's number.
    init(_ signals: [Int32], handler: @escaping @Sendable (Int32) -> Void) {
        let queue = DispatchQueue(label: "signals")
        for number in signals {
            // Without this the default action would end the process before the source sees the signal.
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler { handler(number) }
            source.resume()
            sources.append(source)
        }
        signal(SIGPIPE, SIG_IGN)
    }

    func cancel() {
        for source in sources { source.cancel() }
        sources.removeAll()
    }
}
