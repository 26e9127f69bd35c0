/// What both ends of a T.38 session agreed on in their session descriptions, as far as a fax has to act on it.
///
/// The training check goes through the packets (`transferredTCF`), which is what UDP wants: T.38 §8.1.
package struct T38Settings: Hashable, Sendable {
    /// `T38FaxVersion`: 0 to 3. The versions code data fields differently.
    package var version: Int
    /// `T38MaxBitRate` as the fastest modem within it.
    package var fastestModem: FaxModem
    /// `T38FaxFillBitRemoval`: bits that only fill a line are left out of the packets.
    package var isFillRemoved: Bool
    /// `T38FaxMaxDatagram` of the remote end, in bytes.
    package var datagramBytesMax: Int
    /// `T38FaxMaxBuffer` of the remote end, in bytes.
    package var bufferBytesMax: Int

    package init(
        version: Int = 0, fastestModem: FaxModem = .v17, isFillRemoved: Bool = false, datagramBytesMax: Int = 400,
        bufferBytesMax: Int = 1_800
    ) {
        self.version = version
        self.fastestModem = fastestModem
        self.isFillRemoved = isFillRemoved
        self.datagramBytesMax = datagramBytesMax
        self.bufferBytesMax = bufferBytesMax
    }

    /// The newest version that spandsp knows.
    package static let versionMax = 3

    /// A longer packet than any fax sends is not looked at, in bytes.
    package static let receivedPacketBytesMax = 1_500
}
