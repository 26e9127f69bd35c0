/// What one end of a fax is to do and how it shows itself to the other.
package struct FaxTerminalSettings: Hashable, Sendable {
    /// The pages: a TIFF file (TIFF class F, RFC 2301) that is sent, or is made from what comes.
    package enum Document: Hashable, Sendable {
        case send(path: String)
        /// Anything that is in the file is lost. A call without a page may leave an empty file.
        case receive(path: String)

        package var path: String {
            switch self {
            case .send(let path), .receive(let path): path
            }
        }

        package var isSent: Bool {
            switch self {
            case .send: true
            case .receive: false
            }
        }
    }

    package var document: Document
    /// This end placed the call: it sends CNG and waits for the other, instead of CED and DIS.
    package var isCalling: Bool
    /// TSI or CSI: shown on the other end's display, and printed on the page header. At most 20 characters; more are
    /// cut off (T.30 §5.3.6.2.4).
    package var stationIdentity: String
    /// Text for the line above each page that is sent; no line if it is empty. At most 50 characters; more are
    /// cut off.
    package var pageHeader: String
    package var isErrorCorrectionAllowed: Bool
    package var fastestModem: FaxModem

    package init(
        document: Document, isCalling: Bool, stationIdentity: String = "", pageHeader: String = "",
        isErrorCorrectionAllowed: Bool = true, fastestModem: FaxModem = .v17
    ) {
        self.document = document
        self.isCalling = isCalling
        self.stationIdentity = stationIdentity
        self.pageHeader = pageHeader
        self.isErrorCorrectionAllowed = isErrorCorrectionAllowed
        self.fastestModem = fastestModem
    }

    package static let stationIdentityCharactersMax = 20
    package static let pageHeaderCharactersMax = 50
    /// What spandsp has room for.
    package static let pathBytesMax = 255

    func check() throws(FaxError) {
        let bytes = document.path.utf8.count
        guard bytes > 0, !document.path.utf8.contains(0) else { throw .badPath }
        guard bytes <= Self.pathBytesMax else { throw .pathTooLong(bytes: bytes) }
    }

    /// The station's identity and the header as the frames of T.30 and spandsp's font can show them: characters that
    /// are not ASCII become question marks.
    var shownIdentity: String { Self.shown(stationIdentity, charactersMax: Self.stationIdentityCharactersMax) }
    var shownHeader: String { Self.shown(pageHeader, charactersMax: Self.pageHeaderCharactersMax) }

    private static func shown(_ text: String, charactersMax: Int) -> String {
        let bytes = text.unicodeScalars.prefix(charactersMax).map { scalar in
            (0x20...0x7E).contains(scalar.value) ? UInt8(clamping: scalar.value) : UInt8(ascii: "?")
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Why one end of a fax cannot be made. What is wrong with the file itself shows in the outcome of the call.
package enum FaxError: Error, Hashable, Sendable {
    /// Empty, or with a NUL in it.
    case badPath
    /// Longer than `FaxTerminalSettings.pathBytesMax`.
    case pathTooLong(bytes: Int)
    case noMemory
}
