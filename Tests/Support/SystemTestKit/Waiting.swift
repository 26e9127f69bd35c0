import Foundation

/// Waiting for something to become true, with a deadline; never for time to pass.
package enum Waiting {
    /// Seconds that anything on this machine may take at most, generous because builds may share it.
    package static let patienceSeconds = 20.0
    private static let pollMilliseconds: Int32 = 10

    /// Returns as soon as `condition` gives a value; throws when `seconds` are over.
    package static func value<Value>(
        of what: String, within seconds: Double = patienceSeconds, _ condition: () throws -> Value?
    ) throws -> Value {
        let deadline = Date(timeIntervalSinceNow: seconds)
        while true {
            if let value = try condition() { return value }
            guard Date() < deadline else { throw PeerFailure("waited \(seconds) s in vain for \(what)") }
            poll(nil, 0, pollMilliseconds)
        }
    }

    package static func until(
        _ what: String, within seconds: Double = patienceSeconds, _ condition: () throws -> Bool
    ) throws {
        _ = try value(of: what, within: seconds) { try condition() ? true : nil }
    }
}
