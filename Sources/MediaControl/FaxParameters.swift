/// How fax packets are made, as one side's session description says it (T.38 Annex D.2.3). What it does not say has the
/// value that the recommendation gives it.
package struct FaxParameters: Hashable, Sendable {
    /// What makes good for lost datagrams.
    package enum ErrorCorrection: String, Hashable, Sendable, CaseIterable {
        case redundancy = "t38UDPRedundancy"
        case parity = "t38UDPFEC"
        case none = "t38UDPNoEC"
    }

    /// Where the training of the modems is judged.
    package enum RateManagement: String, Hashable, Sendable, CaseIterable {
        /// By the gateways: only for reliable transports, where nothing is lost.
        case localTCF
        /// By the fax machine at the other end.
        case transferredTCF
    }

    package static let bitRateDefault = 14_400
    /// What a datagram may have when the peer does not say: what the oldest gateways take.
    package static let datagramBytesDefault = 200

    /// And what it can keep.
    package static let bufferBytesDefault = 1_800

    package var version: Int
    /// In bit/s.
    package var bitRateMax: Int
    package var removesFillBits: Bool
    package var transcodesMMR: Bool
    package var transcodesJBIG: Bool
    package var rateManagement: RateManagement
    /// Bytes that the side can keep; nil when not said.
    package var bufferBytesMax: Int?
    /// Bytes of the largest datagram that the side takes; nil when not said.
    package var datagramBytesMax: Int?
    package var errorCorrection: ErrorCorrection

    package init(
        version: Int = 0, bitRateMax: Int = bitRateDefault, removesFillBits: Bool = false, transcodesMMR: Bool = false,
        transcodesJBIG: Bool = false, rateManagement: RateManagement = .transferredTCF, bufferBytesMax: Int? = nil,
        datagramBytesMax: Int? = nil, errorCorrection: ErrorCorrection = .redundancy
    ) {
        self.version = version
        self.bitRateMax = bitRateMax
        self.removesFillBits = removesFillBits
        self.transcodesMMR = transcodesMMR
        self.transcodesJBIG = transcodesJBIG
        self.rateManagement = rateManagement
        self.bufferBytesMax = bufferBytesMax
        self.datagramBytesMax = datagramBytesMax
        self.errorCorrection = errorCorrection
    }
}
