package import PBXBase

/// Why a party is not heard, as a sentence an administrator can act upon. Made from the figures of one port; nil where
/// nothing is wrong or nothing is known.
package enum MediaVerdict: Hashable, Sendable, CustomStringConvertible {
    /// Nothing came from the peer, though it was to send.
    case nothingReceived(announced: IPAddress?, signalling: IPAddress?)
    /// Packets came, and were all refused: wrong source, unknown payload type, malformed.
    case everythingDropped(packets: UInt64)
    /// The peer sends, we had nothing to send it: the other party is the silent one.
    case nothingSent
    /// The peer says by RTCP that it loses all or nearly all that we send.
    case notHeardByPeer(lostPercent: Int)
    /// Packets came, with nothing but silence in them.
    case silenceOnly(milliseconds: Int)

    /// So long must a call have lasted before the absence of packets means something.
    package static let patience = Interval.seconds(3)
    /// Above this share of 256 lost, nothing is understood.
    private static let unheardFraction: UInt8 = 230
    /// A peer that is quiet for less may be listening.
    private static let silenceMillisecondsMin = 5_000

    /// Judges the figures of one port.
    /// - Parameters:
    ///   - lasted: since media was agreed.
    ///   - isReceiving: the plan has the peer send (no hold).
    ///   - isSending: the plan has us send.
    ///   - announced: where the peer's SDP says it is.
    ///   - signalling: where its SIP messages come from.
    package init?(
        _ figures: MediaStatistics, lasted: Interval, isReceiving: Bool, isSending: Bool, announced: IPAddress?,
        signalling: IPAddress?
    ) {
        guard lasted >= Self.patience else { return nil }
        if isReceiving, figures.packetsReceived == 0 {
            self =
                figures.packetsDropped > 0
                ? .everythingDropped(packets: figures.packetsDropped)
                : .nothingReceived(announced: announced, signalling: signalling)
        } else if isSending, figures.packetsReceived > 0, figures.packetsSent == 0 {
            self = .nothingSent
        } else if isSending, let report = figures.peerReport, report.fractionLost >= Self.unheardFraction {
            self = .notHeardByPeer(lostPercent: Int(report.fractionLost) * 100 / 256)
        } else if isReceiving, let signal = figures.signal, signal.speechLevel == nil, signal.silentPercent == 100,
            lasted.milliseconds >= Self.silenceMillisecondsMin
        {
            self = .silenceOnly(milliseconds: lasted.milliseconds)
        } else {
            return nil
        }
    }

    package var description: String {
        switch self {
        case .nothingReceived(let announced?, let signalling?) where announced != signalling:
            "no packet came; its SDP says \(announced), its signalling came from \(signalling) (NAT or firewall?)"
        case .nothingReceived(let announced?, _): "no packet came; its SDP says \(announced) (firewall?)"
        case .nothingReceived(nil, _): "no packet came; its SDP names no address"
        case .everythingDropped(let count):
            "all \(count) packets were refused (another source or codec than agreed)"
        case .nothingSent: "it sends, but there was nothing to send to it: the other party is not heard"
        case .notHeardByPeer(let percent): "it reports \(percent) % of our packets lost"
        case .silenceOnly(let milliseconds): "it sent \(milliseconds / 1_000) s of silence (microphone muted?)"
        }
    }
}
