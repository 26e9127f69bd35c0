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

extension CallLeg {
    /// RTP and RTCP address of our side, for SDP.
    func localMedia(settings: MediaSettings) -> (rtp: Endpoint, rtcp: Endpoint)? {
        guard let port, let address = mediaAddress(of: port, settings: settings, signalling: flow.local.address)
        else { return nil }
        return (Endpoint(address, port: port.rtp.port), Endpoint(address, port: port.rtcp.port))
    }

    /// Takes over the peer's SDP; a new address starts latching over.
    func remoteChanged(to description: MediaDescription) {
        if remote?.remote != description.remote { latchGeneration &+= 1 }
        remote = description
    }

    /// What the worker does with the packets of this leg's peer when they go to `other`'s.
    func plan(toward other: CallLeg, settings: MediaSettings) -> MediaPlan {
        var plan = MediaPlan()
        if let port, advertisedAddress(of: port, settings: settings) == nil {
            plan.local = ownAddress(of: port, signalling: flow.local.address)
        }
        plan.latching = .learnOnce
        plan.latchGeneration = latchGeneration
        plan.sink = other.port?.id
        guard let remote else { return plan }
        plan.remote = remote.remote
        plan.remoteRTCP = remote.remoteRTCP
        // Which way audio flows is what the peer's own SDP says it does.
        plan.receives = remote.direction.sends
        plan.sends = !remote.isHeld
        plan.clockRate = codec?.clockRate ?? 8_000
        if let peer = other.remote {
            plan.payloadTypes = PayloadTypeMap.mapping(from: local.formats, to: peer.formats)
        }
        let isTwoWay = remote.effectiveDirection == .sendrecv && other.remote?.effectiveDirection == .sendrecv
        if settings.silenceSecondsMax > 0, isTwoWay { plan.silenceLimit = .seconds(settings.silenceSecondsMax) }
        return plan
    }

    /// The figures of this leg's port as the record keeps them.
    var figures: MediaFigures? {
        guard let statistics else { return nil }
        return MediaFigures(
            codec: codec?.name, packetsReceived: Int(clamping: statistics.packetsReceived),
            packetsSent: Int(clamping: statistics.packetsSent), packetsLost: Int(clamping: statistics.packetsLost),
            packetsDropped: Int(clamping: statistics.packetsDropped), jitterMicroseconds: statistics.jitterMicroseconds,
            longestGapMilliseconds: statistics.longestGapMilliseconds)
    }
}

/// What we offer when nobody offered before us (click to call): codecs that phones agree on.
let originatedFormats: [MediaFormat] = [
    MediaFormat(payloadType: 96, name: "opus", clockRate: 48_000, channels: 2, parameters: "useinbandfec=1"),
    MediaFormat(payloadType: 9, name: "G722", clockRate: 8_000),
    MediaFormat(payloadType: 8, name: "PCMA", clockRate: 8_000),
    MediaFormat(payloadType: 0, name: "PCMU", clockRate: 8_000),
    MediaFormat(payloadType: 101, name: "telephone-event", clockRate: 8_000, parameters: "0-16"),
]
