package import PBXBase

/// A leased pair of media sockets: which worker owns it, and which slot of that worker's session table it is.
package struct MediaPortID: Hashable, Sendable, CustomStringConvertible {
    package var worker: UInt8
    package var slot: UInt32

    package init(worker: UInt8, slot: UInt32) {
        self.worker = worker
        self.slot = slot
    }

    package var description: String { "port-\(worker).\(slot)" }
}

/// An RTP/RTCP socket pair that a worker bound ahead of time and handed to the core, which keeps the free list, so that
/// answering a call never waits for a media thread.
package struct PortLease: Hashable, Sendable {
    package var id: MediaPortID
    /// Where the sockets are bound; what goes into SDP may differ (see `MediaSettings.advertised…`).
    package var rtp: Endpoint
    package var rtcp: Endpoint

    package init(id: MediaPortID, rtp: Endpoint, rtcp: Endpoint) {
        self.id = id
        self.rtp = rtp
        self.rtcp = rtcp
    }
}
