import MediaControl
import PBXBase
import PBXModel
import SDPNegotiation
import SIPGrammar

// How the SDP of a call's legs becomes addresses and plans.

/// The address that SDP tells a peer for a leased port, or nil when there is none that the peer could use.
func mediaAddress(of lease: PortLease, settings: MediaSettings, signalling: IPAddress) -> IPAddress? {
    advertisedAddress(of: lease, settings: settings) ?? ownAddress(of: lease, signalling: signalling)
}

/// What the configuration says that peers see of us, as behind a NAT.
private func advertisedAddress(of lease: PortLease, settings: MediaSettings) -> IPAddress? {
    lease.rtp.address.isIPv6 ? settings.advertisedIPv6 : settings.advertisedIPv4
}

/// The address of this machine at which the peer can reach the port.
private func ownAddress(of lease: PortLease, signalling: IPAddress) -> IPAddress? {
    let bound = lease.rtp.address
    if !bound.isUnspecified { return bound }
    // Bound to every address: the one that the peer's signalling reached us at is the one it can reach.
    return signalling.isIPv6 == bound.isIPv6 && !signalling.isUnspecified ? signalling : nil
}

/// The music that parties on hold hear.
let holdMusic = MusicID(1)

extension CallLeg {
    /// RTP and RTCP address of our side, for SDP.
    func localMedia(settings: MediaSettings) -> (rtp: Endpoint, rtcp: Endpoint)? {
        guard let port, let address = mediaAddress(of: port, settings: settings, signalling: flow.local.address)
        else { return nil }
        return (Endpoint(address, port: port.rtp.port), Endpoint(address, port: port.rtcp.port))
    }

    /// The peer says digits as telephone-events.
    private var sendsEvents: Bool { agreed.contains(where: \.isTelephoneEvent) }
    /// Digits can be said to the peer as telephone-events, beside its codec.
    private var takesEvents: Bool { sending?.telephoneEvent != nil }

    /// Whether packets of either side can be passed on to the other as they are.
    private func sharesCodec(with other: CallLeg) -> Bool {
        guard let codec, let otherCodec = other.codec else { return false }
        return other.agreed.contains { $0.isCompatible(with: codec) }
            && agreed.contains { $0.isCompatible(with: otherCodec) }
    }

    /// Whether packets of either side can be passed on to the other, at most byte by byte in another law.
    func canForward(to other: CallLeg) -> Bool { sharesCodec(with: other) || differsByLaw(from: other) }

    /// Both speak G.711, each by its own law.
    private func differsByLaw(from other: CallLeg) -> Bool {
        guard let codec, let otherCodec = other.codec else { return false }
        return codec.lawChange(from: otherCodec) != nil
    }

    /// What holds for this leg's port whatever its packets are for: addresses, directions, codecs.
    func ownPlan(settings: MediaSettings) -> MediaPlan {
        var plan = MediaPlan()
        if let port, advertisedAddress(of: port, settings: settings) == nil {
            plan.local = ownAddress(of: port, signalling: flow.local.address)
        }
        plan.latching = .learnOnce
        plan.latchGeneration = latchGeneration
        plan.formats = local.formats
        guard let remote else { return plan }
        plan.remote = remote.remote
        plan.remoteRTCP = remote.remoteRTCP
        // Which way audio flows is what the peer's own SDP says it does.
        plan.receives = remote.direction.sends
        plan.sends = !remote.isHeld
        plan.clockRate = codec?.clockRate ?? 8_000
        plan.sending = sending
        plan.security = SecurityPlan(ours: local.transport, peers: remote.transport) ?? .plain
        plan.hasRTCPMux = local.transport.hasRTCPMux && remote.transport.hasRTCPMux
        if let own = local.transport.ice, let peers = remote.transport.ice {
            plan.ice = ICEPlan(local: own, remoteUsernameFragment: peers.usernameFragment)
        }
        return plan
    }

    /// What the worker does with the packets of this leg's peer when they go to `other`'s.
    /// - Parameter room: where they meet when packets cannot be passed on as they are.
    func plan(toward other: CallLeg, room: MediaRoomID, settings: MediaSettings) -> MediaPlan {
        if local.fax != nil || other.local.fax != nil { return faxPlan(toward: other, settings: settings) }
        var plan = ownPlan(settings: settings)
        guard let peer = other.remote else {
            // Its SDP is yet to come, and with it the numbers to forward with.
            plan.sink = other.port?.id
            return plan
        }
        let changesLaw = !sharesCodec(with: other) && differsByLaw(from: other)
        let mapping = PayloadTypeMap.mapping(from: local.formats, to: peer.formats, changesLaw: changesLaw)
        if canForward(to: other) || sending == nil || other.sending == nil {
            plan.sink = other.port?.id
            plan.payloadTypes = mapping
            let isMapped = { (event: MediaFormat) in mapping.contains { $0.received == event.payloadType } }
            let passesEvents = sendsEvents && local.formats.contains { $0.isTelephoneEvent && isMapped($0) }
            plan.reportsDigits = !passesEvents && (sendsEvents || other.takesEvents)
        } else {
            plan.seat = RoomSeat(room: room)
            plan.reportsDigits = sendsEvents || other.takesEvents
        }
        if peer.isHeld, remote?.isHeld == false, plan.sending != nil { plan.music = holdMusic }
        let isTwoWay = remote?.effectiveDirection == .sendrecv && peer.effectiveDirection == .sendrecv
        if settings.silenceSecondsMax > 0, isTwoWay { plan.silenceLimit = .seconds(settings.silenceSecondsMax) }
        return plan
    }
}

extension AudioSending {
    /// By the codecs agreed on and the packet time that the peer asks for; nil when none can be encoded here.
    init?(_ agreed: [MediaFormat], ptime: Int?) {
        guard let format = agreed.first(where: \.isTranscodable), let codec = AudioCodec(format: format) else {
            return nil
        }
        let beside = { (isWanted: (MediaFormat) -> Bool) in
            agreed.first { isWanted($0) && $0.clockRate == format.clockRate }?.payloadType
        }
        self.init(
            format: format, ptimeMilliseconds: codec.packetMilliseconds(ptime: ptime ?? 20),
            telephoneEvent: beside(\.isTelephoneEvent), comfortNoise: beside(\.isComfortNoise))
    }
}

extension EncryptionPolicy {
    init(_ rule: EncryptionRule) {
        self =
            switch rule {
            case .off: .off
            case .prefer: .prefer
            case .require: .require
            }
    }
}

extension CallTable {
    /// How the packets of an extension's phones are protected.
    func negotiator(for number: String, _ directory: Directory) -> TransportNegotiator {
        let owner = directory.extensions[number]
        return TransportNegotiator(
            policy: EncryptionPolicy(owner?.encryption ?? .off), fingerprint: fingerprint,
            offersDTLS: owner?.keyExchange == .dtls)
    }
}

extension MediaDescription {
    /// What the other side is told when this is one side's offer: who is put on hold hears music of ours, whatever the
    /// holder sends, and need not send.
    var directionPassedOn: MediaDirection { effectiveDirection.receives ? effectiveDirection : .sendonly }
}
