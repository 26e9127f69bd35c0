import CSpanDSP

/// What happens in a fax call on the way to its pages. Each of them is reported once a call, pages aside.
package enum FaxEvent: Hashable, Sendable {
    /// CNG, 1100 Hz: the other end is a fax that calls (T.30 §4.2).
    case callingToneHeard
    /// CED, 2100 Hz: the other end answers as a fax, or another modem (T.30 §4.1).
    case answerToneHeard
    /// The other end begins to send a V.21 frame: it is a fax for certain, and a call in G.711 should become T.38 now.
    case preambleHeard
    /// Phase B: what the other end can do, or what it commands, is known.
    case negotiationBegan
    /// So many pages have been confirmed.
    case pageEnded(count: Int)
}

extension FaxEvent {
    /// What an IFP packet says of the other end, if it is one of the indicators before pages; nil for all others.
    init?(indicatorIn packet: Span<UInt8>) {
        // T.38 Annex A: a packet begins with whether it has data, its type, whether its value is extended, the value.
        guard packet.count == 1, packet[0] & 0xE0 == 0 else { return nil }
        switch UInt32(packet[0] >> 1) {
        case T38_IND_CNG.rawValue: self = .callingToneHeard
        case T38_IND_CED.rawValue: self = .answerToneHeard
        case T38_IND_V21_PREAMBLE.rawValue: self = .preambleHeard
        default: return nil
        }
    }
}
