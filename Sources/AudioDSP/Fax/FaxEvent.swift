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
