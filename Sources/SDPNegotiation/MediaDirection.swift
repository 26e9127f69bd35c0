/// Which way media flows, as one side says it of itself (RFC 8866 §6.7): `sendonly` means that the speaker sends.
package enum MediaDirection: String, Hashable, Sendable, CaseIterable {
    case sendrecv, sendonly, recvonly, inactive

    package init(sends: Bool, receives: Bool) {
        self =
            switch (sends, receives) {
            case (true, true): .sendrecv
            case (true, false): .sendonly
            case (false, true): .recvonly
            case (false, false): .inactive
            }
    }

    package var sends: Bool { self == .sendrecv || self == .sendonly }
    package var receives: Bool { self == .sendrecv || self == .recvonly }

    /// The same flow, told by the other side.
    package var reversed: MediaDirection { MediaDirection(sends: receives, receives: sends) }

    /// What of this wish may stand in an answer to an offer of that direction (RFC 3264 §6.1): we send only what the
    /// offerer receives, and receive only what it sends.
    package func answering(_ offered: MediaDirection) -> MediaDirection {
        MediaDirection(sends: sends && offered.receives, receives: receives && offered.sends)
    }
}
