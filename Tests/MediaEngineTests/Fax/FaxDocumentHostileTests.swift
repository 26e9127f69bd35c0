import PBXBase
import Testing

@testable import MediaEngine

/// Files that are no fax, or only look like one: an error that says so, and never more.
struct FaxDocumentHostileTests {
    private typealias Page = FaxSampleFile.Page

    private func error(_ bytes: [UInt8]) -> FaxDocumentError? {
        do throws(FaxDocumentError) {
            _ = try FaxDocument(tiff: bytes)
            return nil
        } catch {
            return error
        }
    }

    private func error(_ page: FaxSampleFile.Page) -> FaxDocumentError? {
        error(FaxSampleFile(pages: [Page(), page]).bytes)
    }

    private func isDamaged(_ error: FaxDocumentError?, page expected: Int = 2) -> Bool {
        if case .damaged(page: expected, reason: _) = error { true } else { false }
    }

    private func isUnsupported(_ error: FaxDocumentError?) -> Bool {
        if case .unsupported(page: 2, reason: _) = error { true } else { false }
    }

    @Test(arguments: [
        [], [0x49], Array("II*\0".utf8), Array("%PDF-1.4\n".utf8), Array("MM*\0\0\0\0\u{8}".utf8),
        // BigTIFF is another format.
        [0x49, 0x49, 43, 0, 8, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0, 0],
    ])
    func otherFilesAreNoTIFF(bytes: [UInt8]) {
        #expect(error(bytes) == .notTIFF)
    }

    @Test func documentWithoutPageIsAnError() {
        #expect(error([0x49, 0x49, 42, 0, 0, 0, 0, 0]) == .noPage)
        #expect(error(FaxSampleFile(pages: []).bytes) == .noPage)
    }

    @Test func loopOfDirectoriesEnds() throws {
        let first = FaxSampleFile().bytes
        let start = 8 + FaxSampleFile.group4.count
        #expect(isDamaged(error(FaxSampleFile(end: start).bytes)))
        #expect(isDamaged(error(FaxSampleFile(end: first.count + 1_000).bytes)))
        #expect(isDamaged(error(FaxSampleFile(end: 0xFFFF_FFFF).bytes)))
    }

    @Test func pagesAreLimited() throws {
        let page = Page(columns: 8, rows: 1)
        var file = FaxSampleFile(pages: Array(repeating: page, count: FaxDocument.pagesMax))
        #expect(try FaxDocument(tiff: file.bytes).pageCount == FaxDocument.pagesMax)
        file.pages.append(page)
        #expect(error(file.bytes) == .tooManyPages(limit: FaxDocument.pagesMax))
    }

    @Test func stripsAreLimited() {
        let most = FaxPage.stripsMax
        let page = Page(rows: most, rowsPerStrip: 1, strips: Array(repeating: [0], count: most))
        #expect(error(FaxSampleFile(pages: [page]).bytes) == nil)
        let longer = Page(rows: most + 1, rowsPerStrip: 1, strips: Array(repeating: [0], count: most + 1))
        #expect(error(FaxSampleFile(pages: [longer]).bytes) == .tooManyStrips(limit: most))
        let pages = Array(repeating: page, count: FaxDocument.stripsMax / most + 1)
        #expect(error(FaxSampleFile(pages: pages).bytes) == .tooManyStrips(limit: FaxDocument.stripsMax))
    }

    @Test(arguments: [
        Page(columns: 0), Page(columns: 65_536 * 2), Page(rows: 0), Page(rows: 0xFFFF_FFFF), Page(rowsPerStrip: 0),
        // Two strips are wanted and one is there; there are none; one is empty; one is outside or reaches outside.
        Page(rowsPerStrip: 3), Page(strips: []), Page(strips: [[]]), Page(offsets: [0xFFFF_FFFF]), Page(offsets: [500]),
    ])
    func pageThatContradictsItselfIsDamaged(page: FaxSampleFile.Page) {
        #expect(isDamaged(error(page)))
    }

    @Test(arguments: [
        Page(compression: 1), Page(compression: 5), Page(compression: 7), Page(photometric: 2), Page(bitsPerSample: 8),
        Page(options: 2), Page(compression: 3, options: 3),
    ])
    func otherImagesAreNotSupported(page: FaxSampleFile.Page) {
        #expect(isUnsupported(error(page)))
    }

    /// Otherwise a small file could ask for a PDF of any size.
    @Test func stripsThatShareTheirBytesAreRefused() {
        let large = Page(strips: [[UInt8](repeating: 0x55, count: 4_000)])
        let again = Page(offsets: [8], sizes: [4_000])
        #expect(error(FaxSampleFile(pages: [large]).bytes) == nil)
        #expect(isDamaged(error(FaxSampleFile(pages: [large, again]).bytes)))
    }

    @Test func damagedFilesAreReadOrRefusedAndNothingElse() {
        var random = SeededRandom(seed: 0xFA_C5)
        var file = FaxSampleFile(pages: [
            Page(), Page(rowsPerStrip: 4, strips: FaxSampleFile.group4Strips),
            Page(compression: 3, fillOrder: 2, options: 1, strips: [FaxSampleFile.twoDimensional]),
        ])
        let little = file.bytes
        file.isBigEndian = true
        let big = file.bytes
        var read = 0
        var refused = 0
        for round in 0..<20_000 {
            var bytes = round.isMultiple(of: 2) ? little : big
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                bytes[place] =
                    switch Int.random(in: 0..<4, using: &random) {
                    case 0: 0
                    case 1: 0xFF
                    case 2: bytes[place] ^ (1 << UInt8.random(in: 0..<8, using: &random))
                    default: UInt8.random(in: 0...0xFF, using: &random)
                    }
            }
            if round.isMultiple(of: 10) { bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random)) }
            do throws(FaxDocumentError) {
                let document = try FaxDocument(tiff: bytes)
                read += 1
                let pdf = document.pdf(title: "Fax")
                if !(1...3).contains(document.pageCount) || !pdf.starts(with: "%PDF-1.4\n".utf8)
                    || !pdf.suffix(6).elementsEqual("%%EOF\n".utf8) || pdf.count > 20_000
                {
                    Issue.record("round \(round): \(document.pageCount) pages, \(pdf.count) bytes")
                }
            } catch {
                refused += 1
            }
        }
        #expect(read > 1_000 && refused > 1_000)
    }
}
