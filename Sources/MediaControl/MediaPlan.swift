package import PBXBase

/// What a worker does with the packets of one port, compiled by signalling and sent whole; the worker swaps it between
/// two packets and then merely walks it (architecture §7).
package struct MediaPlan: Hashable, Sendable {
    /// How the peer's real address is found.
    package enum Latching: Hashable, Sendable {
        /// Accept from and send to the SDP address only.
        case off
        /// Learn the source from the first plausible RTP packets (symmetric RTP, RFC 4961), then hold on to it.
        case learnOnce
    }

    /// A payload type as the peer of this port sends it, and its number on the sink's side.
    package struct PayloadTypeMapping: Hashable, Sendable {
        package var received: UInt8
        package var forwarded: UInt8

        package init(received: UInt8, forwarded: UInt8) {
            self.received = received
            self.forwarded = forwarded
        }
    }

    /// The address of this machine that our SDP told the peer: its packets come there, ours leave from there. Matters
    /// for ports bound to every address; nil leaves the choice to the kernel, as when SDP names a NAT's address.
    package var local: IPAddress?
    /// Where the peer's SDP asks for RTP; nil when it gave none (0.0.0.0 hold, not yet answered).
    package var remote: Endpoint?
    /// Where it asks for RTCP (RTP port + 1 unless `a=rtcp` says otherwise); nil like `remote`.
    package var remoteRTCP: Endpoint?
    /// RTP and RTCP share the RTP port on the peer's side (`a=rtcp-mux` agreed, RFC 5761).
    package var hasRTCPMux: Bool
    package var latching: Latching
    /// Packets from the peer are taken (false: read and dropped, as while the peer is held).
    package var receives: Bool
    /// Packets from the other side are sent to the peer.
    package var sends: Bool
    /// Where packets from this port's peer go: another port of the same worker.
    package var sink: MediaPortID?
    /// Payload types taken from the peer. A packet with another type is counted and dropped.
    package var payloadTypes: [PayloadTypeMapping]
    /// RTP clock of the first format in Hz: the unit of jitter.
    package var clockRate: Int
    /// No RTP for this long while `receives` gives one `MediaEvent.silent`; nil switches the watch off.
    package var silenceLimit: Interval?
    /// Changes whenever signalling wants latching to start over (new SDP address, ICE restart).
    package var latchGeneration: UInt32

    package init(
        local: IPAddress? = nil, remote: Endpoint? = nil, remoteRTCP: Endpoint? = nil, hasRTCPMux: Bool = false,
        latching: Latching = .learnOnce, receives: Bool = true, sends: Bool = true, sink: MediaPortID? = nil,
        payloadTypes: [PayloadTypeMapping] = [], clockRate: Int = 8_000, silenceLimit: Interval? = nil,
        latchGeneration: UInt32 = 0
    ) {
        self.local = local
        self.remote = remote
        self.remoteRTCP = remoteRTCP
        self.hasRTCPMux = hasRTCPMux
        self.latching = latching
        self.receives = receives
        self.sends = sends
        self.sink = sink
        self.payloadTypes = payloadTypes
        self.clockRate = clockRate
        self.silenceLimit = silenceLimit
        self.latchGeneration = latchGeneration
    }
}

/// Orders from signalling to the workers. All ports of one command belong to one worker, which carries it out between
/// two packets.
package enum MediaCommand: Hashable, Sendable {
    /// Sets the plans of these ports at once.
    case apply([Assignment])
    /// Stops these ports: no packet leaves any more; each answers with `MediaEvent.released`.
    case release([MediaPortID])
    /// Asks for `count` more leases of the given family; answered by `MediaEvent.leased` (fewer when the range is used
    /// up).
    case prepare(worker: UInt8, count: Int, isIPv6: Bool)

    package struct Assignment: Hashable, Sendable {
        package var port: MediaPortID
        package var plan: MediaPlan

        package init(port: MediaPortID, plan: MediaPlan) {
            self.port = port
            self.plan = plan
        }
    }
}

/// What workers report to signalling.
package enum MediaEvent: Hashable, Sendable {
    /// New socket pairs, ready for use.
    case leased([PortLease])
    /// The range or the kernel gave fewer sockets than asked: how many are missing.
    case leasesExhausted(worker: UInt8, isIPv6: Bool, missing: Int)
    /// The peer's real RTP source, learned from its packets.
    case latched(MediaPortID, remote: Endpoint)
    /// No RTP from the peer for the plan's `silenceLimit`.
    case silent(MediaPortID, afterSeconds: Int)
    /// The peer's host refuses our packets (ICMP port unreachable), said once per plan.
    case refused(MediaPortID)
    /// The port is stopped and clean; its final figures. It may be leased out again.
    case released(MediaPortID, MediaStatistics)
}
