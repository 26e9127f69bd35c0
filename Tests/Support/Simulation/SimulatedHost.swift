package import PBXBase
package import SIPGrammar

/// Somebody on the simulated network: a phone, or the exchange with what belongs to it.
package protocol SimulatedHost: AnyObject {
    var addresses: [IPAddress] { get }
    /// Whether a message to this endpoint, at one of `addresses`, is for this host: several may share a NAT's.
    func listens(at endpoint: Endpoint) -> Bool
    /// When `timeout` is due; nil when nothing is pending.
    var deadline: Instant? { get }

    func received(_ bytes: [UInt8], on flow: Flow, now: Now)
    /// A stream connection of ours is gone.
    func connectionClosed(_ flow: Flow, now: Now)
    func timeout(now: Now)
    /// Gives away what is to be sent, in order.
    func takeOutbox() -> [Outgoing]
    /// What is wrong since the last time, in words; empty when all is well.
    func takeViolations() -> [String]
}

extension SimulatedHost {
    package func listens(at endpoint: Endpoint) -> Bool { true }
}

/// One message on its way out.
package struct Outgoing: Hashable, Sendable {
    package var bytes: [UInt8]
    package var flow: Flow

    package init(_ bytes: [UInt8], on flow: Flow) {
        self.bytes = bytes
        self.flow = flow
    }
}
