import MediaControl
import MediaSecurity
import PBXBase
import RTPGrammar

/// One port: an RTP and an RTCP socket, the plan in force, what was learned about the peer, and the figures. Plain
/// memory in the worker's table, without a reference to anything that counts references.
///
/// What only some calls need lies in blocks of its own (`audio`).
struct Session {
    /// Events that wait for room in the ring; the order of the bits is the order of reporting.
    struct PendingEvents: OptionSet {
        var rawValue: UInt8
        static let figures = PendingEvents(rawValue: 16)
        static let latched = PendingEvents(rawValue: 1)
        static let silent = PendingEvents(rawValue: 2)
        static let refused = PendingEvents(rawValue: 4)
        static let released = PendingEvents(rawValue: 8)
    }

    let slot: UInt32
    let isIPv6: Bool
    let rtpSocket: Int32
    let rtcpSocket: Int32

    /// Has a plan; what reaches a port without one is read and forgotten.
    var isActive = false
    /// Counts the leases of this port, so that a plan of another one does not outlive the lease it was made for.
    var epoch: UInt32 = 0

    // The plan.
    var receives = false
    var sends = false
    var hasRTCPMux = false
    var latching = MediaPlan.Latching.off
    var latchGeneration: UInt32 = 0
    var clockRate: UInt32 = 8_000
    var payloadTypes = PayloadTypeTable()
    /// What bytes of a law become, for packets whose law changes.
    var lawTable: UnsafePointer<UInt8>?
    /// What packets to the peer leave from while its socket is not connected; nil when the kernel is to choose, or
    /// the socket is bound to one address anyway.
    var local: IPAddress?
    var announcedRTP: Endpoint?
    var announcedRTCP: Endpoint?
    var silenceLimit: Interval?
    var sink: UnsafeMutablePointer<Session>?
    var sinkEpoch: UInt32 = 0
    /// What comes from other ports is sent to the peer; false also while it hears something made here.
    var takesForwarded = false
    var sending: SendingFormat?
    /// Fax packets come and go here in place of RTP.
    var takesFax = false
    /// Our own fax machine belongs here.
    var hasFaxMachine = false
    /// What is at the other end of the peer's fax; nil when its packets are passed on, or there is no fax.
    var fax: UnsafeMutablePointer<FaxLine>?

    /// What the peer gets: one stream, whatever it is made of. nil before the first packet.
    var stream: RTPSendStream?
    /// What the peer's payload types mean, where its sound has to be understood.
    var formats = ReceivedFormats()
    /// Sound that is made or looked at here; nil for a port that only forwards.
    var audio: UnsafeMutablePointer<PortAudio>?

    /// What the peer's sound was like; nil for a port at which none was decoded.
    var heard: UnsafeMutablePointer<HeardSound>?

    /// Encryption and connectivity checks; nil for a port that has neither.
    var security: UnsafeMutablePointer<LegSecurity>?
    /// The same for an RTCP socket with checks or a handshake of its own; nil: `security` serves both.
    var rtcpSecurity: UnsafeMutablePointer<LegSecurity>?

    // The peer as found.
    var learnedRTP: Endpoint?
    var learnedRTCP: Endpoint?
    /// The RTP source before the last restart of learning.
    var formerRTP: Endpoint?
    /// The RTP socket is connected to `learnedRTP`; the kernel filters. Without, the worker does.
    var isConnected = false
    var probation = LatchProbation()

    // Figures.
    var reception = ReceptionStatistics()
    var bytesReceived: UInt64 = 0
    var packetsSent: UInt64 = 0
    var bytesSent: UInt64 = 0
    var packetsDropped: UInt64 = 0
    var faxPacketsReceived: UInt64 = 0
    var rtcpPacketsReceived: UInt64 = 0

    var reports = PeerReports()

    // Reporting.
    var watchedSince = Instant.zero
    var silentSeconds = 0
    var wasSilenceReported = false
    var wasRefusalReported = false
    var pendingEvents: PendingEvents = []
    var nextPending: UnsafeMutablePointer<Session>?
    var isPendingListed = false
    /// Place in the table's list of active sessions.
    var activeIndex = 0

    init(slot: UInt32, isIPv6: Bool, rtpSocket: Int32, rtcpSocket: Int32) {
        self.slot = slot
        self.isIPv6 = isIPv6
        self.rtpSocket = rtpSocket
        self.rtcpSocket = rtcpSocket
    }

    /// Where RTP to the peer goes: its real address once known, till then the one it announced.
    var rtpTarget: Endpoint? { learnedRTP ?? announcedRTP }
    var rtcpTarget: Endpoint? { learnedRTCP ?? announcedRTCP }

    /// The RTP clock of what is sent, in Hz.
    var sendingClockRate: Int { sending?.codec.clockRate ?? Int(clockRate) }

    /// When the peer was last heard, or else when we began to listen.
    var lastHeard: Instant { max(reception.lastArrival ?? watchedSince, watchedSince) }

    var statistics: MediaStatistics {
        var figures = MediaStatistics()
        figures.packetsReceived = reception.packetsReceived &+ faxPacketsReceived
        figures.bytesReceived = bytesReceived
        figures.packetsSent = packetsSent
        figures.bytesSent = bytesSent
        figures.packetsLost = reception.packetsLost
        figures.packetsDropped = packetsDropped
        figures.jitterMicroseconds = reception.jitterMicroseconds(clockRate: clockRate)
        figures.longestGapMilliseconds = reception.packetsReceived > 1 ? reception.longestGap.milliseconds : nil
        figures.rtcpPacketsReceived = rtcpPacketsReceived
        return figures
    }

    /// Forgets the figures of the last lease.
    mutating func clearFigures() {
        reception = ReceptionStatistics()
        bytesReceived = 0
        packetsSent = 0
        bytesSent = 0
        packetsDropped = 0
        faxPacketsReceived = 0
        rtcpPacketsReceived = 0
        reports = PeerReports()
        forgetHeardSound()
    }

    /// Where what was heard is kept; made when there is something to keep.
    mutating func heardSound() -> UnsafeMutablePointer<HeardSound> {
        if let heard { return heard }
        let made = UnsafeMutablePointer<HeardSound>.allocate(capacity: 1)
        made.initialize(to: HeardSound())
        heard = made
        return made
    }

    mutating func forgetHeardSound() {
        heard?.deinitialize(count: 1)
        heard?.deallocate()
        heard = nil
    }
}
