import MediaControl
package import PBXBase
import PBXModel
import SDPNegotiation
package import SIPGrammar

/// One side of a call: a SIP session, its SDP state and the media port that its peer talks to. Confined to its call.
package final class CallLeg {
    package enum State: String, Sendable {
        case calling, ringing, established, ended
    }

    package enum Role: Sendable { case caller, callee }

    package let id: LegID
    package let role: Role
    /// The extension at the other end.
    package let number: String
    package let displayName: String
    package var flow: Flow
    package var sipCallID: String
    package var state: State
    /// The port that this leg's peer sends to; forks of one call share one until one of them answers.
    var port: PortLease?
    /// What we told this peer in SDP.
    var local: LocalSession
    /// The same before the offer that this peer has yet to accept.
    var localBeforeOffer: LocalSession?
    /// What its last SDP said.
    var remote: MediaDescription?
    /// Where its RTP really comes from, once the worker learned it.
    package var mediaSource: Endpoint?
    /// Begins elsewhere on each leg: forks share a port, which has to latch anew when another of them has it.
    var latchGeneration: UInt32
    /// It is one of its number's calls, which are limited.
    var isCounted = false
    /// Its final statistics, when the port was released.
    var statistics: MediaStatistics?

    init(
        id: LegID, role: Role, number: String, displayName: String, flow: Flow, sipCallID: String = "", state: State,
        sessionID: UInt64
    ) {
        self.id = id
        self.role = role
        self.number = number
        self.displayName = displayName
        self.flow = flow
        self.sipCallID = sipCallID
        self.state = state
        latchGeneration = UInt32(truncatingIfNeeded: id.value) &* 1_024
        local = LocalSession(id: sessionID, address: flow.local.address)
    }

    /// Keeps what holds until the offer that is about to be written is accepted.
    func beginOffer() { localBeforeOffer = local }

    /// The peer took the offer.
    func offerAccepted() { localBeforeOffer = nil }

    /// The peer refused the offer: what held before holds on (RFC 3261 §14.1).
    func withdrawOffer() {
        if let earlier = localBeforeOffer { local.withdrawOffer(earlier) }
        localBeforeOffer = nil
    }

    /// The first real codec that we and the peer both listed: an offer of ours may have led with one it has not.
    var codec: MediaFormat? {
        guard let remote else { return nil }
        return local.formats.first { format in
            format.carriesSound && remote.formats.contains { $0.isCompatible(with: format) }
        }
    }
}
