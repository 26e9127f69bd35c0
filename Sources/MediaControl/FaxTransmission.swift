/// One fax that is sent or received by this machine; chosen by signalling, named in its events.
package struct FaxID: Hashable, Sendable {
    package var value: UInt64

    package init(_ value: UInt64) { self.value = value }
}

/// A fax machine at a port: it sends the pages of a file to the port's peer, or makes a file of those that come.
package struct FaxTransmission: Hashable, Sendable {
    package enum Document: Hashable, Sendable {
        /// A TIFF file of class F (RFC 2301).
        case send(path: String)
        /// A TIFF file to be made; what is in an existing file is lost.
        case receive(path: String)
    }

    package var id: FaxID
    package var port: MediaPortID
    package var document: Document
    /// We placed the call, so we say so (CNG) and wait for the other machine to begin.
    package var isCalling: Bool
    /// What the other machine shows of us, most often our number; at most 20 characters.
    package var stationIdentity: String
    /// Stands above each page that is sent; empty: nothing does.
    package var pageHeader: String

    package init(
        id: FaxID, port: MediaPortID, document: Document, isCalling: Bool, stationIdentity: String = "",
        pageHeader: String = ""
    ) {
        self.id = id
        self.port = port
        self.document = document
        self.isCalling = isCalling
        self.stationIdentity = stationIdentity
        self.pageHeader = pageHeader
    }
}

/// What happens in a fax before its end.
package enum FaxStage: Hashable, Sendable {
    /// The other end is a fax machine for certain: the moment to ask for fax packets in place of sound.
    case machineHeard
    /// So many pages are through.
    case pages(Int)
}

/// How a fax ended.
package struct FaxEnd: Hashable, Sendable, CustomStringConvertible {
    /// nil: all pages are through; else what is wrong, in words.
    package var failure: String?
    package var pages: Int
    /// Of the pages, in bit/s; 0 when there were none.
    package var bitRate: Int
    package var isErrorCorrected: Bool
    /// What was made of the pages received: a PDF, or the TIFF alone where that could not be made; nil when there is
    /// none.
    package var document: String?
    /// What the other machine calls itself; empty when it did not say.
    package var remoteIdentity: String

    package init(
        failure: String? = nil, pages: Int = 0, bitRate: Int = 0, isErrorCorrected: Bool = false,
        document: String? = nil, remoteIdentity: String = ""
    ) {
        self.failure = failure
        self.pages = pages
        self.bitRate = bitRate
        self.isErrorCorrected = isErrorCorrected
        self.document = document
        self.remoteIdentity = remoteIdentity
    }

    /// As people read it: “3 pages from +49 30 1 at 14400 bit/s with error correction: /var/…/x.pdf”.
    package var description: String {
        let count = pages == 1 ? "1 page" : "\(pages) pages"
        let peer = remoteIdentity.isEmpty ? "" : " with \(remoteIdentity)"
        let speed = bitRate > 0 ? " at \(bitRate) bit/s" : ""
        let correction = isErrorCorrected && bitRate > 0 ? ", error correction on" : ""
        let file = document.map { ": \($0)" } ?? ""
        guard let failure else { return "complete, \(count)\(peer)\(speed)\(correction)\(file)" }
        return "failed after \(count)\(peer)\(speed): \(failure)\(file)"
    }
}
