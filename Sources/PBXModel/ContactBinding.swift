package import PBXBase

/// Where an address of record is reachable now (RFC 3261 §10): what a REGISTER left, and what survives a restart.
package struct ContactBinding: Hashable, Sendable {
    /// The extension that it serves.
    package var number: String
    /// The Contact URI as the phone wrote it; bindings of one extension differ in it.
    package var contact: String
    /// Path header values (RFC 3327) in order, joined by commas; empty when there are none.
    package var path: String
    /// `udp`, `tcp`, `tls`, `ws` or `wss`.
    package var transport: String
    /// Where calls are sent: where the REGISTER really came from (the NAT's side) or, when nothing is between, where
    /// the Contact says; and the local address it arrived at.
    package var source: Endpoint
    package var local: Endpoint
    /// The stream connection that it came in on; 0 for datagrams, and after a restart.
    package var connection: UInt64
    package var expiresAt: WallTime
    /// Call-ID and CSeq of the REGISTER: an older one does not overwrite (RFC 3261 §10.3).
    package var sipCallID: String
    package var cseq: UInt32
    /// Preference 0…1000 (RFC 3261 §10.2.1.2), from the `q` parameter.
    package var preference: Int
    package var userAgent: String

    package init(
        number: String, contact: String, path: String = "", transport: String, source: Endpoint, local: Endpoint,
        connection: UInt64 = 0, expiresAt: WallTime, sipCallID: String, cseq: UInt32, preference: Int = 1000,
        userAgent: String = ""
    ) {
        self.number = number
        self.contact = contact
        self.path = path
        self.transport = transport
        self.source = source
        self.local = local
        self.connection = connection
        self.expiresAt = expiresAt
        self.sipCallID = sipCallID
        self.cseq = cseq
        self.preference = preference
        self.userAgent = userAgent
    }
}
