import CSpanDSP

/// How a fax call ended, for its record and for whoever sent the pages.
package struct FaxOutcome: Hashable, Sendable {
    /// Of the pages, in dots per inch.
    package struct Resolution: Hashable, Sendable {
        package var horizontal: Int
        package var vertical: Int

        package init(horizontal: Int, vertical: Int) {
            self.horizontal = horizontal
            self.vertical = vertical
        }

        /// From dots a metre, which is what T.4 means by 8.04 and 3.85 dots a millimetre.
        init(perMetre horizontal: Int32, _ vertical: Int32) {
            self.init(horizontal: Self.perInch(horizontal), vertical: Self.perInch(vertical))
        }

        private static func perInch(_ perMetre: Int32) -> Int { (Int(perMetre) * 254 + 5_000) / 10_000 }
    }

    /// The completion code of spandsp's T.30 engine; 0 is success.
    package var resultCode: Int
    /// The code in words.
    package var reason: String
    /// Pages that were sent and confirmed, or received.
    package var pages: Int
    /// Of the pages, in bits a second.
    package var bitRate: Int
    /// Pages went in blocks that are repeated until they are right (T.30 Annex A).
    package var isErrorCorrected: Bool
    /// What the other end calls itself (TSI or CSI), most often its number; empty if it did not say.
    package var remoteIdentity: String
    /// Of the last page; nil when there was none.
    package var resolution: Resolution?

    package init(
        resultCode: Int, reason: String, pages: Int, bitRate: Int, isErrorCorrected: Bool, remoteIdentity: String,
        resolution: Resolution?
    ) {
        self.resultCode = resultCode
        self.reason = reason
        self.pages = pages
        self.bitRate = bitRate
        self.isErrorCorrected = isErrorCorrected
        self.remoteIdentity = remoteIdentity
        self.resolution = resolution
    }

    package var isSuccess: Bool { resultCode == Int(T30_ERR_OK) }
}
