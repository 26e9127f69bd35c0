/// A received fax: the pages of a TIFF file, checked once, so that they can be handed out as a PDF file without
/// decoding a single line.
package struct FaxDocument: Sendable {
    /// Pages of one document; a longer chain of directories is no fax.
    package static let pagesMax = 1_000
    /// Strips of all pages together. Writers of many strips make about 60 a page.
    package static let stripsMax = 100_000

    let tiff: [UInt8]
    let pages: [FaxPage]

    /// Reads the directories and checks every strip; the coded lines stay unread.
    package init(tiff: [UInt8]) throws(FaxDocumentError) {
        guard let bytes = TIFFBytes(tiff), let first = bytes.firstDirectory else { throw .notTIFF }
        self.tiff = tiff
        pages = try Self.pages(of: bytes, from: first)
    }

    package var pageCount: Int { pages.count }

    /// The document as a PDF 1.4 file; `title` becomes the title in its properties.
    package func pdf(title: String) -> [UInt8] {
        FaxPDF.file(of: self, title: title)
    }

    /// TIFF 6.0 §2: each directory names the offset of the next one; 0 ends the chain.
    private static func pages(of bytes: TIFFBytes, from first: Int) throws(FaxDocumentError) -> [FaxPage] {
        var pages: [FaxPage] = []
        var visited: Set<Int> = []
        var strips = 0
        var codedBytes = 0
        var offset = first
        while offset != 0 {
            guard pages.count < pagesMax else { throw .tooManyPages(limit: pagesMax) }
            let number = pages.count + 1
            guard visited.insert(offset).inserted else {
                throw .damaged(page: number, reason: "the chain of directories is a loop")
            }
            let directory = try TIFFDirectory(bytes, offset: offset, page: number)
            let page = try FaxPage(directory, stripsLeft: stripsMax - strips)
            strips += page.strips.count
            codedBytes += page.strips.reduce(0) { $0 + $1.bytes.count }
            // Strips that share their bytes would make the PDF many times as large as the file that it came from.
            guard codedBytes <= bytes.count else {
                throw .damaged(page: number, reason: "strips overlap")
            }
            pages.append(page)
            offset = directory.next
        }
        guard !pages.isEmpty else { throw .noPage }
        return pages
    }
}
