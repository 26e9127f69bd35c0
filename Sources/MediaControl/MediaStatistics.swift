/// What passed through one port, counted by its worker. Optional figures are nil when they are not known, never zero.
package struct MediaStatistics: Hashable, Sendable {
    /// RTP taken from the peer.
    package var packetsReceived: UInt64 = 0
    /// RTP header and payload, without UDP and IP headers.
    package var bytesReceived: UInt64 = 0
    /// RTP sent to the peer.
    package var packetsSent: UInt64 = 0
    package var bytesSent: UInt64 = 0
    /// Expected minus received, by sequence number (RFC 3550 A.3), of what the peer sent.
    package var packetsLost: Int64 = 0
    /// Packets that we took but could not hand on: no sink yet, wrong source, unknown payload type, malformed,
    /// send failure. What a held peer sends is dropped as planned and not counted.
    package var packetsDropped: UInt64 = 0
    /// Interarrival jitter of what the peer sent (RFC 3550 A.8), in microseconds.
    package var jitterMicroseconds: Int?
    /// The longest time between two packets from the peer, in milliseconds.
    package var longestGapMilliseconds: Int?
    /// RTCP packets received and sent on.
    package var rtcpPacketsReceived: UInt64 = 0

    /// How loss of what the peer sent is spread; nil before the first packet.
    package var lossSpread: LossSpread?
    /// To the peer and back by RTCP, in microseconds.
    package var roundTripMicroseconds: Int?
    /// What the peer's RTCP says of the stream that we send it.
    package var peerReport: PeerReport?
    /// The jitter buffer; nil when the peer's sound is not decoded here.
    package var playout: PlayoutFigures?
    /// The peer's sound; nil when it is not decoded here.
    package var signal: SignalFigures?
    /// Mean opinion scores of the peer's sound by the E-model (ITU-T G.107), in hundredths, 100…450: for listening, and
    /// with the delay of a conversation.
    package var listeningScoreHundredths: UInt16?
    package var conversationalScoreHundredths: UInt16?

    package init() {}
}

/// How the packets that a stream lost are spread over it (RFC 3611 §4.7.2), with what came twice or out of turn.
package struct LossSpread: Hashable, Sendable {
    /// Two or more losses with fewer than 16 packets received in between.
    package var bursts: UInt32 = 0
    /// From the first to the last loss of every burst, and how many of them were lost.
    package var burstPackets: UInt32 = 0
    package var burstPacketsLost: UInt32 = 0
    /// The most packets lost in a row.
    package var longestLossRun: UInt32 = 0
    package var packetsDuplicated: UInt32 = 0
    package var packetsReordered: UInt32 = 0

    package init() {}
}

/// The newest RTCP report of a peer about the stream that we send it (RFC 3550 §6.4.1, RFC 3611 §4.7).
package struct PeerReport: Hashable, Sendable {
    package var packetsLost: Int32 = 0
    /// Since its last report, in 256ths.
    package var fractionLost: UInt8 = 0
    package var jitterMicroseconds: Int = 0
    /// The peer's own score of what it hears, in tenths, 10…50; nil when it does not say.
    package var listeningScoreTenths: UInt8?

    package init() {}
}

/// How a jitter buffer fared with what the peer sent.
package struct PlayoutFigures: Hashable, Sendable {
    /// Packets that came after their time, or were thrown away as too much waited.
    package var packetsLate: UInt32 = 0
    package var packetsDiscarded: UInt32 = 0
    /// Sound that was made up for what was missing.
    package var concealedMilliseconds: UInt32 = 0
    /// How long sound waits now, nil in a pause; and how long it should.
    package var delayMilliseconds: UInt16?
    package var targetDelayMilliseconds: UInt16 = 0

    package init() {}
}

/// What the sound of a peer was like. Levels in dBov, −127…0.
package struct SignalFigures: Hashable, Sendable {
    /// Nil when all was silence.
    package var speechLevel: Int8?
    /// Nil when there was no silence.
    package var noiseLevel: Int8?
    /// Share of silence in percent.
    package var silentPercent: UInt8 = 0
    /// Samples in flat tops: somebody's microphone or gain is too high.
    package var clippedSamples: UInt32 = 0

    package init() {}
}
