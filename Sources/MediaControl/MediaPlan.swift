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
        /// What happens to its bytes; one port changes in one direction only.
        package var law: LawChange?

        package init(received: UInt8, forwarded: UInt8, law: LawChange? = nil) {
            self.received = received
            self.forwarded = forwarded
            self.law = law
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
    /// Where packets from this port's peer go as they are: another port of the same worker, or this one (echo).
    package var sink: MediaPortID?
    /// Where sound from this port's peer goes when packets cannot simply be passed on; `sink` is then not used.
    package var seat: RoomSeat?
    /// What the peer hears in place of the other side: it is on hold.
    package var music: MusicID?
    /// The codecs with the numbers that the peer sends, for a worker that has to decode them.
    package var formats: [MediaFormat]
    /// How sound made by the worker is sent to this peer; nil: there can be none.
    package var sending: AudioSending?
    /// Digits from the peer give `MediaEvent.digit`, out of telephone-events or, where it has none, out of the sound.
    package var reportsDigits: Bool
    /// Payload types taken from the peer. A packet with another type is counted and dropped.
    package var payloadTypes: [PayloadTypeMapping]
    /// RTP clock of the first format in Hz: the unit of jitter.
    package var clockRate: Int
    /// No RTP for this long while `receives` gives one `MediaEvent.silent`; nil switches the watch off.
    package var silenceLimit: Interval?
    /// Changes whenever signalling wants latching to start over (new SDP address, ICE restart).
    package var latchGeneration: UInt32
    /// How packets to and from the peer are protected.
    package var security: SecurityPlan
    /// Where the peer's address comes from its connectivity checks instead of `remote` and latching; nil: no ICE.
    package var ice: ICEPlan?
    /// Fax packets in place of RTP, or what has to do with them; nil: an ordinary port.
    package var fax: FaxPlan?

    package init(
        local: IPAddress? = nil, remote: Endpoint? = nil, remoteRTCP: Endpoint? = nil, hasRTCPMux: Bool = false,
        latching: Latching = .learnOnce, receives: Bool = true, sends: Bool = true, sink: MediaPortID? = nil,
        seat: RoomSeat? = nil, music: MusicID? = nil, formats: [MediaFormat] = [], sending: AudioSending? = nil,
        reportsDigits: Bool = false, payloadTypes: [PayloadTypeMapping] = [], clockRate: Int = 8_000,
        silenceLimit: Interval? = nil, latchGeneration: UInt32 = 0, security: SecurityPlan = .plain,
        ice: ICEPlan? = nil, fax: FaxPlan? = nil
    ) {
        self.local = local
        self.remote = remote
        self.remoteRTCP = remoteRTCP
        self.hasRTCPMux = hasRTCPMux
        self.latching = latching
        self.receives = receives
        self.sends = sends
        self.sink = sink
        self.seat = seat
        self.music = music
        self.formats = formats
        self.sending = sending
        self.reportsDigits = reportsDigits
        self.payloadTypes = payloadTypes
        self.clockRate = clockRate
        self.silenceLimit = silenceLimit
        self.latchGeneration = latchGeneration
        self.security = security
        self.ice = ice
        self.fax = fax
    }
}
