import Glibc

/// Signals as something to read, for a loop that polls. One at a time: signal handlers belong to the whole process.
package final class SignalInbox: Sendable {
    private let bell = WakePipe()
    private let signals: [Int32]
    /// Where handlers write, which may touch nothing else (signal-safety(7)).
    private nonisolated(unsafe) static var writable: Int32 = -1

    package init(_ signals: [Int32]) {
        self.signals = signals
        Self.writable = bell.writable
        // Whoever started us may have held them back, and that is inherited.
        var wanted = sigset_t()
        sigemptyset(&wanted)
        for number in signals { sigaddset(&wanted, number) }
        pthread_sigmask(SIG_UNBLOCK, &wanted, nil)
        for number in signals {
            signal(number) { number in
                var byte = UInt8(truncatingIfNeeded: number)
                let problem = errno
                _ = Glibc.write(SignalInbox.writable, &byte, 1)
                errno = problem
            }
        }
    }

    deinit {
        for number in signals { signal(number, SIG_DFL) }
        Self.writable = -1
    }

    var descriptor: Int32 { bell.readable }

    /// The signals that arrived, in order.
    func takeAll() -> [Int32] { bell.drain().map(Int32.init) }
}
