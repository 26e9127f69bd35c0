import Glibc

/// A pipe to wake a loop that polls; neither end ever waits. Without descriptors to be had it wakes nobody, and the
/// loop goes by its deadlines.
final class WakePipe: Sendable {
    let readable: Int32
    let writable: Int32

    init() {
        var ends: [Int32] = [-1, -1]
        if pipe(&ends) == 0 {
            for end in ends {
                _ = fcntl(end, F_SETFL, O_NONBLOCK)
                _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            }
        } else {
            ends = [-1, -1]
        }
        (readable, writable) = (ends[0], ends[1])
    }

    deinit {
        Glibc.close(readable)
        Glibc.close(writable)
    }

    func ring(_ byte: UInt8 = 0) {
        var byte = byte
        _ = Glibc.write(writable, &byte, 1)
    }

    /// What was rung since the last time.
    func drain() -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 64)
        let count = Glibc.read(readable, &buffer, buffer.count)
        return count > 0 ? Array(buffer[..<count]) : []
    }
}
