package import PBXBase
package import SIPGrammar

/// Who owns a `SIPTransports`: told what the sockets do, always on the event loop, never from inside a call to `send`.
///
/// The usual owner is an actor pinned to the loop, whose `nonisolated` methods enter it by `assumeIsolated`.
package protocol SIPTransportDelegate: AnyObject, Sendable {
    /// One datagram, or one framed message of a stream. `flow` is also the way back to its sender.
    func received(_ bytes: [UInt8], on flow: Flow)
    /// A stream connection is gone, whoever ended it; its number is never used again.
    func closed(_ flow: Flow, reason: String)
    /// What was sent on `flow` (as the sender named it) did not go out: no route, connect refused, connection gone.
    func failed(_ flow: Flow, reason: String)
    /// A connection from `source` was turned away by a limit.
    func refused(_ source: Endpoint, reason: String)
    /// A listening socket ended by itself; nothing arrives there until `replaceListeners` opens it again.
    func listenerFailed(_ listener: SIPListener, reason: String)
    /// The batch of calls above is over: the moment to execute what they led to, and to `flush`.
    func turnEnded()
}
