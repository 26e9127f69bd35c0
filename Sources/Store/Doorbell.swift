import Glibc

/// Wakes a thread that waits for work, from any other, in one system call; rings that nobody has heard yet count as
/// one.
final class Doorbell: Sendable {
    private let reading: CInt
    private let writing: CInt

    init() throws(StoreError) {
        var ends: [CInt] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw StoreError(.cannotOpen, "wake-up pipe of the store: \(String(cString: strerror(errno)))")
        }
        (reading, writing) = (ends[0], ends[1])
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
    }

    deinit {
        close(reading)
        close(writing)
    }

    func ring() {
        var byte: UInt8 = 1
        // Fails only when the pipe is full, and then the thread is about to wake anyway.
        _ = write(writing, &byte, 1)
    }

    /// Whether it rang before the time was over; -1 waits without a limit.
    @discardableResult
    func wait(milliseconds: CInt) -> Bool {
        var descriptor = pollfd(fd: reading, events: Int16(POLLIN), revents: 0)
        guard poll(&descriptor, 1, milliseconds) > 0 else { return false }
        withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { bytes in
            _ = read(reading, bytes.baseAddress, bytes.count)
        }
        return true
    }
}
