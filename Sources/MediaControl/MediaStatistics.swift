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

    package init() {}
}
