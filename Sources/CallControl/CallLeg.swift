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
    /// A callee who stays when the caller leaves stands for the caller from then on.
    package internal(set) var role: Role
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
    /// The codecs that both sides know, in the order of the side that answered and with the peer's numbers.
    private(set) var agreed: [MediaFormat] = []
    /// How sound of ours goes to this peer; nil when nothing can be encoded for it.
    private(set) var sending: AudioSending?
    /// Where its RTP really comes from, once the worker learned it.
    package var mediaSource: Endpoint?
    /// Keys were agreed with the peer by a handshake.
    var isSecured = false
    /// Begins elsewhere on each leg: forks share a port, which has to latch anew when another of them has it.
    private(set) var latchGeneration: UInt32
    private let negotiator: TransportNegotiator
    /// What is to be answered to the offer that `prepareAnswer` looked at.
    private var transportToAnswer: MediaTransport?
    /// What the peer said of its transport when both agreed last.
    private var peerTransport: MediaTransport?
    /// It is one of its number's calls, which are limited.
    var isCounted = false
    /// What its port counted, as of the last look; final when the port was released.
    var statistics: MediaStatistics?
    /// What is wrong with its audio, in words; nil when nothing is known to be.
    var verdict: String?

    init(
        id: LegID, role: Role, number: String, displayName: String, flow: Flow, sipCallID: String = "", state: State,
        sessionID: UInt64, negotiator: TransportNegotiator
    ) {
        self.id = id
        self.role = role
        self.number = number
        self.displayName = displayName
        self.flow = flow
        self.sipCallID = sipCallID
        self.state = state
        self.negotiator = negotiator
        latchGeneration = UInt32(truncatingIfNeeded: id.value) &* 1_024
        local = LocalSession(id: sessionID, address: flow.local.address)
    }

    /// Stands for a phone that was taken to another call, for the record of the one that it left.
    convenience init(absent leg: CallLeg, id: LegID) {
        self.init(
            id: id, role: leg.role, number: leg.number, displayName: leg.displayName, flow: leg.flow,
            sipCallID: leg.sipCallID, state: .ended, sessionID: 0, negotiator: leg.negotiator)
    }

    /// The codec of this leg: what the side that answered put first.
    var codec: MediaFormat? { agreed.first(where: \.carriesSound) }
    /// What its packets carry, as people see it.
    var codecName: String? { local.fax == nil ? codec?.name : "T.38" }
    /// Fax packets can take the place of its audio: they are never encrypted, so its audio must not be either.
    var mayTakeFax: Bool { negotiator.policy != .require && encryption == nil }
}

// MARK: - Offer and answer

extension CallLeg {
    /// Our offer to this peer, with its media port; nil without one.
    func offer(
        _ formats: [MediaFormat], direction: MediaDirection = .sendrecv, ptime: Int?, settings: MediaSettings,
        random: inout any RandomSource
    ) -> [UInt8]? {
        guard let address = localMedia(settings: settings) else { return nil }
        let transport = local.version == 0 ? negotiator.offer(random: &random) : negotiator.reoffer(local.transport)
        return local.offer(
            formats: formats, address: address.rtp, rtcp: address.rtcp, direction: direction, ptime: ptime,
            transport: transport)
    }

    /// The same for a session that stands: what holds is kept until the peer accepts.
    func reoffer(
        _ formats: [MediaFormat], direction: MediaDirection, ptime: Int?, settings: MediaSettings,
        random: inout any RandomSource
    ) -> [UInt8]? {
        let before = local
        guard
            let body = offer(formats, direction: direction, ptime: ptime, settings: settings, random: &random)
        else { return nil }
        localBeforeOffer = before
        return body
    }

    /// The peer refused the offer: what held before holds on (RFC 3261 §14.1).
    func withdrawOffer() {
        if let earlier = localBeforeOffer { local.withdrawOffer(earlier) }
        localBeforeOffer = nil
    }

    /// Takes the peer's answer to our offer.
    func take(answer: MediaDescription) throws(SDPProblem) {
        let accepted = try local.formats(acceptedBy: answer)
        try negotiator.verify(answer.transport, to: local.transport)
        agreed = accepted
        peerTransport = answer.transport
        localBeforeOffer = nil
        remoteChanged(to: answer)
        sending = AudioSending(agreed, ptime: answer.ptimeMilliseconds)
    }

    /// Reads this peer's SDP.
    func read(_ body: ArraySlice<UInt8>) throws(SDPProblem) -> MediaDescription {
        try SDPReader.read(body, encryption: negotiator.policy)
    }

    /// Finds out whether the peer's offer can be answered at all, before anybody rings for it.
    func prepareAnswer(to offer: MediaDescription, random: inout any RandomSource) throws(SDPProblem) {
        let current = peerTransport.map { (ours: local.transport, peers: $0) }
        transportToAnswer = try negotiator.answer(to: offer.transport, current: current, random: &random)
    }

    /// Takes the peer's offer, whose answer is due.
    func take(offer: MediaDescription) { remoteChanged(to: offer) }

    /// Our answer to the peer's last offer; nil without a media port.
    func answer(
        _ formats: [MediaFormat], direction: MediaDirection, ptime: Int?, settings: MediaSettings
    ) -> [UInt8]? {
        guard let offer = remote, let address = localMedia(settings: settings) else { return nil }
        let body = local.answer(
            to: offer, formats: formats, address: address.rtp, rtcp: address.rtcp, direction: direction, ptime: ptime,
            transport: transportToAnswer ?? local.transport)
        transportToAnswer = nil
        peerTransport = offer.transport
        agreed = local.formats
        sending = AudioSending(agreed, ptime: offer.ptimeMilliseconds)
        return body
    }

    /// Our offer to this peer to change from audio to fax packets; nil without a media port.
    func reofferFax(_ parameters: FaxParameters, settings: MediaSettings) -> [UInt8]? {
        guard let address = localMedia(settings: settings) else { return nil }
        let before = local
        let body = local.offerFax(parameters, address: address.rtp)
        localBeforeOffer = before
        return body
    }

    /// Takes the peer's answer to it, and returns what the peer says of its fax packets.
    func take(faxAnswer answer: MediaDescription) throws(SDPProblem) -> FaxParameters {
        let parameters = try local.fax(acceptedBy: answer)
        peerTransport = answer.transport
        localBeforeOffer = nil
        remoteChanged(to: answer)
        return parameters
    }

    /// Our answer to the peer's offer of fax packets; nil without a media port.
    func answerFax(_ parameters: FaxParameters, settings: MediaSettings) -> [UInt8]? {
        guard let offer = remote, let address = localMedia(settings: settings) else { return nil }
        peerTransport = offer.transport
        return local.answerFax(to: offer, parameters, address: address.rtp)
    }

    /// Takes over the peer's SDP; a new address starts latching over.
    private func remoteChanged(to description: MediaDescription) {
        if remote?.remote != description.remote || remote?.transport.ice != description.transport.ice {
            latchGeneration &+= 1
        }
        remote = description
    }
}
