package import PBXBase

/// The bounds of the signalling sockets. Exceeding one costs the peer its connection, never the daemon its memory.
package struct SIPTransportLimits: Hashable, Sendable {
    /// Open stream connections, both directions together.
    package var connectionsMax = 10_000
    /// Stream connections accepted from one source address.
    package var connectionsPerSourceMax = 1_000
    /// Bytes waiting for one stream peer to read them; a connection that exceeds this is closed.
    package var sendQueueBytesMax = 1_048_576
    /// How long a peer that connected may take to its first whole message.
    package var firstMessageTimeMax = Interval.seconds(30)
    /// How long one message may take from its first byte to its last.
    package var messageTimeMax = Interval.seconds(10)
    /// How long a connection may carry nothing at all; longer than the longest registration, which may rest on it.
    package var idleTimeMax = Interval.seconds(7_500)
    /// How long a connection of our own may take to come about, and a TLS handshake of either side.
    package var connectTimeMax = Interval.seconds(5)
    /// Kernel buffers asked for each UDP socket, in bytes; the kernel may grant less (`net.core.rmem_max`).
    package var datagramBufferBytes = 4_194_304

    package init() {}
}
