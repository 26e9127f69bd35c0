import Foundation

/// Ports on loopback that nobody uses, for UDP and TCP and both address families. Below the media ports of a demo
/// and above its SIP port, each handed out once per test run.
package enum LoopbackPorts {
    private static let range: Range<UInt16> = 10_000..<16_000
    private static let cursor = Cursor()

    /// `count` adjacent ports, the first one even.
    package static func take(_ count: Int = 2) throws -> UInt16 {
        for _ in 0..<range.count {
            let first = cursor.next(count, in: range)
            if (0..<count).allSatisfy({ isFree(first + UInt16($0)) }) { return first }
        }
        throw PeerFailure("no \(count) free ports in \(range)")
    }

    private static func isFree(_ port: UInt16) -> Bool {
        for type in [SOCK_DGRAM, SOCK_STREAM] {
            guard LoopbackSocket.canBind(type: type, port: port, isIPv6: false),
                LoopbackSocket.canBind(type: type, port: port, isIPv6: true)
            else { return false }
        }
        return true
    }

    private final class Cursor: @unchecked Sendable {
        private let lock = NSLock()
        private var position: UInt16?

        func next(_ count: Int, in range: Range<UInt16>) -> UInt16 {
            lock.withLock {
                let start = position ?? UInt16.random(in: range)
                let even = start + start % 2
                let first = even + UInt16(count) < range.upperBound ? even : range.lowerBound
                position = first + UInt16(count)
                return first
            }
        }
    }
}
