package import ControlProtocol
package import PBXBase

/// How the console stands with the daemon.
package enum LinkState: Hashable, Sendable {
    case connecting
    case live
    /// The data on the screen is of `since`; the next try is due at `retryAt`.
    case lost(since: WallTime, reason: String, retryAt: WallTime)

    package var isLive: Bool { self == .live }
}

/// What the runner tells about the link.
package enum LinkReport: Hashable, Sendable {
    case connected(HelloCommand.Reply)
    case lost(reason: String, retrySeconds: Int)
}
