package import PBXBase

/// The record of a call (CDR): opened when the call starts, completed when it ends. A restart closes records that were
/// left open as `interrupted`.
package struct CallRecord: Hashable, Sendable {
    package enum Direction: String, Hashable, Sendable, Codable {
        case internalCall = "internal"
        case inbound
        case outbound
    }

    package var id: CallID
    package var direction: Direction
    /// Number and display name of the caller.
    package var callerNumber: String
    package var callerName: String
    /// What was dialled.
    package var calledNumber: String
    /// The extension that answered, once one did.
    package var answeredBy: String?
    /// SIP Call-ID of the caller's leg, to find it in a capture.
    package var sipCallID: String
    package var startedAt: WallTime
    package var ringingAt: WallTime?
    package var answeredAt: WallTime?
    package var endedAt: WallTime?
    package var cause: ReleaseCause?
    /// Which side ended it.
    package var endedBy: EndedBy?
    /// The steps of the routing decision, in order, as text with file and line.
    package var routeSteps: [String]
    /// What passed on the caller's and the callee's port; nil when there was no media.
    package var callerMedia: MediaFigures?
    package var calleeMedia: MediaFigures?
    /// What somebody noted of it.
    package var note: String?

    package static let noteBytesMax = 500

    /// Whether a text can be noted: one line of bounded length.
    package static func isFit(note: String) -> Bool {
        (1...noteBytesMax).contains(note.utf8.count)
            && note.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }
    }

    package enum EndedBy: String, Hashable, Sendable, Codable {
        case caller, callee, system
    }

    package init(
        id: CallID, direction: Direction, callerNumber: String, callerName: String, calledNumber: String,
        sipCallID: String, startedAt: WallTime, routeSteps: [String] = []
    ) {
        self.id = id
        self.direction = direction
        self.callerNumber = callerNumber
        self.callerName = callerName
        self.calledNumber = calledNumber
        self.sipCallID = sipCallID
        self.startedAt = startedAt
        self.routeSteps = routeSteps
    }
}

/// Media quality of one leg as records keep it; nil means not known.
package struct MediaFigures: Hashable, Sendable, Codable {
    package var codec: String?
    package var packetsReceived: Int
    package var packetsSent: Int
    package var packetsLost: Int
    package var packetsDropped: Int
    package var jitterMicroseconds: Int?
    package var longestGapMilliseconds: Int?
    /// To the phone and back.
    package var roundTripMicroseconds: Int?
    /// Mean opinion score of what the phone sent, in hundredths: 100 is bad, 450 as good as it gets. Estimated (ITU-T
    /// G.107).
    package var listeningScoreHundredths: Int?
    /// The same with the delay of a conversation; nil while the delay is not known.
    package var conversationalScoreHundredths: Int?
    /// Loss of what the phone sent that comes in bursts (RFC 3611 §4.7.2), and the most packets lost in a row.
    package var bursts: Int?
    package var longestLossRun: Int?
    /// The jitter buffer, where the phone's sound is decoded here: packets that came after their time, packets thrown
    /// away as too much waited, sound made up for what was missing, and how long sound waits.
    package var packetsLate: Int?
    package var packetsDiscarded: Int?
    package var concealedMilliseconds: Int?
    package var playoutDelayMilliseconds: Int?
    /// The phone's sound, where it is decoded here: levels of speech and of background in dBov, share of silence, and
    /// samples in flat tops.
    package var speechLevel: Int?
    package var noiseLevel: Int?
    package var silentPercent: Int?
    package var clippedSamples: Int?
    /// The other direction, by the phone's own reports: what it lost of what we sent, how evenly that came, and its
    /// own opinion score in tenths.
    package var peerPacketsLost: Int?
    package var peerJitterMicroseconds: Int?
    package var peerListeningScoreTenths: Int?
    /// What is wrong with the audio, in words; nil when nothing is known to be.
    package var verdict: String?

    package init(
        codec: String? = nil, packetsReceived: Int, packetsSent: Int, packetsLost: Int, packetsDropped: Int,
        jitterMicroseconds: Int? = nil, longestGapMilliseconds: Int? = nil, roundTripMicroseconds: Int? = nil,
        listeningScoreHundredths: Int? = nil, verdict: String? = nil
    ) {
        self.codec = codec
        self.packetsReceived = packetsReceived
        self.packetsSent = packetsSent
        self.packetsLost = packetsLost
        self.packetsDropped = packetsDropped
        self.jitterMicroseconds = jitterMicroseconds
        self.longestGapMilliseconds = longestGapMilliseconds
        self.roundTripMicroseconds = roundTripMicroseconds
        self.listeningScoreHundredths = listeningScoreHundredths
        self.verdict = verdict
    }
}
