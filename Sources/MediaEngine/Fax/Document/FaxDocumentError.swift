/// Why a file of a received fax cannot be made into a document. Pages count from 1, as people count them.
package enum FaxDocumentError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The header is not that of a TIFF 6.0 file.
    case notTIFF
    /// A TIFF file without any page.
    case noPage
    case tooManyPages(limit: Int)
    case tooManyStrips(limit: Int)
    /// The page is well formed, and no fax page that a PDF can hold as it is coded.
    case unsupported(page: Int, reason: String)
    /// The page contradicts itself, or points out of the file.
    case damaged(page: Int, reason: String)

    package var description: String {
        switch self {
        case .notTIFF: "fax document: no TIFF file"
        case .noPage: "fax document: no page in the file"
        case .tooManyPages(let limit): "fax document: more than \(limit) pages"
        case .tooManyStrips(let limit): "fax document: more than \(limit) strips"
        case .unsupported(let page, let reason): "fax document: page \(page) is not supported: \(reason)"
        case .damaged(let page, let reason): "fax document: page \(page) is damaged: \(reason)"
        }
    }
}
