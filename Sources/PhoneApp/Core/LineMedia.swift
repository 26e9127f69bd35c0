import MediaControl
import PBXBase
import SDPNegotiation

/// The audio of one line: its offers and answers (RFC 3264), and the plan that comes of them. Pure: the phone carries
/// plans to the media engine.
struct LineMedia: Sendable {
    let lease: PortLease
    /// What SDP names as ours.
    private let address: IPAddress
    private let formats: [MediaFormat]
    private let negotiator: TransportNegotiator
    private var local: LocalSession
    /// The session before an offer of ours that is not answered yet.
    private var beforeOffer: LocalSession?
    /// The peer's last word.
    private(set) var remote: MediaDescription?
    /// What the peer takes, with its numbers.
    private(set) var sending: AudioSending?
    private var latchGeneration: UInt32 = 0

    init(
        lease: PortLease, signalling: IPAddress, codecs: [String], encryption: EncryptionPolicy,
        fingerprint: CertificateFingerprint?, offersDTLS: Bool, random: inout some RandomSource
    ) {
        self.lease = lease
        address = lease.rtp.address.isUnspecified ? signalling : lease.rtp.address
        formats = PhoneCodecs.formats(codecs)
        negotiator = TransportNegotiator(policy: encryption, fingerprint: fingerprint, offersDTLS: offersDTLS)
        local = LocalSession(id: random.next(), address: address)
    }

    var isEncrypted: Bool {
        guard let remote, let plan = SecurityPlan(ours: local.transport, peers: remote.transport) else { return false }
        return plan != .plain
    }

    private var rtp: Endpoint { Endpoint(address, port: lease.rtp.port) }
    private var rtcp: Endpoint { Endpoint(address, port: lease.rtcp.port) }
    private static let packetMilliseconds = 20

    // MARK: Our offers

    /// Writes an offer, the first or a later one.
    mutating func offer(_ direction: MediaDirection, random: inout some RandomSource) -> [UInt8] {
        let isFirst = remote == nil && beforeOffer == nil
        var transport = isFirst ? negotiator.offer(random: &random) : negotiator.reoffer(local.transport)
        // Browsers want it of a server; between phones it only says that both know their addresses.
        if isFirst { transport.ice = nil }
        if remote != nil { beforeOffer = local }
        return local.offer(
            formats: formats, address: rtp, rtcp: rtcp, direction: direction, ptime: Self.packetMilliseconds,
            transport: transport)
    }

    /// Takes the answer to our offer.
    mutating func answered(_ body: ArraySlice<UInt8>) throws(SDPProblem) {
        let answer = try SDPReader.read(body, encryption: negotiator.policy)
        let accepted = try local.formats(acceptedBy: answer)
        try negotiator.verify(answer.transport, to: local.transport)
        beforeOffer = nil
        take(answer, agreed: accepted)
    }

    /// Our offer inside the session was refused: what held before holds on.
    mutating func offerRefused() {
        guard let earlier = beforeOffer else { return }
        beforeOffer = nil
        local.withdrawOffer(earlier)
    }

    // MARK: The peer's offers

    /// Answers an offer; throws what makes it unusable, with nothing changed.
    mutating func answer(
        _ body: ArraySlice<UInt8>, _ direction: MediaDirection, random: inout some RandomSource
    ) throws(SDPProblem) -> [UInt8] {
        let offer = try SDPReader.read(body, encryption: negotiator.policy)
        let transport = try negotiator.answer(
            to: offer.transport, current: remote.map { (local.transport, $0.transport) }, random: &random)
        // RFC 3264 §6.1: in the offerer's order, so that both sides send the same codec.
        let ordered = offer.formats.compactMap { offered in formats.first { $0.isCompatible(with: offered) } }
        let common = try offer.commonFormats(with: ordered)
        let text = local.answer(
            to: offer, formats: ordered, address: rtp, rtcp: rtcp, direction: direction,
            ptime: Self.packetMilliseconds, transport: transport)
        // With the peer's parameters: they say what it wants sent.
        take(offer, agreed: offer.formats.filter { format in common.contains { $0.payloadType == format.payloadType } })
        return text
    }

    private mutating func take(_ description: MediaDescription, agreed: [MediaFormat]) {
        if let earlier = remote, earlier.remote != description.remote { latchGeneration &+= 1 }
        remote = description
        sending = AudioSending(phone: agreed, ptime: description.ptimeMilliseconds)
    }

    // MARK: What the engine does

    /// - Parameters:
    ///   - seat: where the line's sound goes; nil while it goes nowhere: held, or not begun.
    func plan(seat: RoomSeat?) -> MediaPlan {
        var plan = MediaPlan()
        if lease.rtp.address.isUnspecified { plan.local = address }
        plan.latching = .learnOnce
        plan.latchGeneration = latchGeneration
        plan.formats = local.formats
        plan.reportsDigits = true
        guard let remote else { return plan }
        plan.remote = remote.remote
        plan.remoteRTCP = remote.remoteRTCP
        plan.receives = remote.direction.sends
        plan.sends = !remote.isHeld
        plan.clockRate = sending?.format.clockRate ?? 8_000
        plan.sending = sending
        plan.security = SecurityPlan(ours: local.transport, peers: remote.transport) ?? .plain
        plan.hasRTCPMux = local.transport.hasRTCPMux && remote.transport.hasRTCPMux
        if let own = local.transport.ice, let peers = remote.transport.ice {
            plan.ice = ICEPlan(local: own, remoteUsernameFragment: peers.usernameFragment)
        }
        plan.seat = seat
        return plan
    }
}

extension AudioSending {
    /// By the formats agreed on and the packet time that the peer asks for; nil when there is none to encode.
    fileprivate init?(phone agreed: [MediaFormat], ptime: Int?) {
        guard let format = agreed.first(where: { $0.carriesSound && AudioCodec(format: $0) != nil }),
            let codec = AudioCodec(format: format)
        else { return nil }
        let events = agreed.first { $0.isTelephoneEvent && $0.clockRate == format.clockRate }
        self.init(
            format: format, ptimeMilliseconds: codec.packetMilliseconds(ptime: ptime ?? 20),
            telephoneEvent: events?.payloadType)
    }
}
