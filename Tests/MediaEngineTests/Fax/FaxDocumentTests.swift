import Testing

@testable import MediaEngine

/// A received fax becomes a PDF file that a viewer can read, with its lines as they were coded.
struct FaxDocumentTests {
    private typealias Page = FaxSampleFile.Page

    private func pdf(_ pages: [FaxSampleFile.Page], title: String = "Fax") throws -> PDFSample {
        try PDFSample(try FaxDocument(tiff: FaxSampleFile(pages: pages).bytes).pdf(title: title))
    }

    @Test func everyObjectIsWhereTheTableSays() throws {
        let strips = Page(rowsPerStrip: 4, strips: FaxSampleFile.group4Strips)
        let document = try FaxDocument(tiff: FaxSampleFile(pages: [Page(), strips, Page()]).bytes)
        #expect(document.pageCount == 3)
        let pdf = try PDFSample(document.pdf(title: "Fax"))
        // Catalog, tree, properties; three pages with their contents; four images.
        #expect(Set(pdf.objects.keys) == Set(1...13))
        #expect(pdf.pages.count == 3)
        #expect(
            pdf.images.compactMap(\.stream) == [FaxSampleFile.group4] + FaxSampleFile.group4Strips + [
                FaxSampleFile.group4
            ])
        #expect(pdf.trailer.contains("/Root 1 0 R /Info 3 0 R"))
        #expect(pdf.objects[1]?.dictionary == "<< /Type /Catalog /Pages 2 0 R >>")
        #expect(pdf.objects[2]?.dictionary.contains("/Count 3 ") == true)
    }

    private func box(of page: FaxSampleFile.Page) throws -> (width: Double, height: Double) {
        let paper = try #require(try pdf([page]).pages.first)
        return try #require(PDFSample.box(of: paper))
    }

    @Test(arguments: [
        (Page(columns: 1728, rows: 1078, yResolution: (98, 1)), 609.882, 792.0),
        (Page(columns: 1728, rows: 2156, yResolution: (196, 1)), 609.882, 792.0),
        (Page(columns: 1728, rows: 4301, yResolution: (391, 1)), 609.882, 792.0),
        (Page(columns: 2550, rows: 3300, xResolution: (600, 2), yResolution: (300, 1)), 612.0, 792.0),
        // Dots per centimetre.
        (Page(columns: 1728, rows: 2156, xResolution: (804, 10), yResolution: (77, 1), unit: 3), 609.237, 793.701),
        // No resolution that a fax can have: the usual one.
        (Page(columns: 1728, rows: 2156, xResolution: (0, 1), yResolution: (1, 0)), 609.882, 792.0),
        (Page(columns: 1728, rows: 2156, xResolution: (204, 1), yResolution: (0xFFFF_FFFF, 1)), 609.882, 792.0),
    ])
    func paperHasTheSizeOfItsDots(page: FaxSampleFile.Page, width: Double, height: Double) throws {
        let box = try box(of: page)
        #expect(abs(box.width - width) < 0.001)
        #expect(abs(box.height - height) < 0.001)
    }

    @Test func paperLongerThanViewersTakeIsShownSmaller() throws {
        let page = Page(columns: 1728, rows: 65_535, yResolution: (98, 1))
        let box = try box(of: page)
        #expect(box.height <= 14_400 && box.height > 14_399)
        #expect(abs(box.width / box.height - (1728.0 / 204) / (65_535.0 / 98)) < 0.000_01)
    }

    @Test(arguments: [
        (4, 0, FaxSampleFile.group4, "/Columns 24 /Rows 6 /K -1"),
        // Without its end of block.
        (4, 0, FaxSampleFile.group4.dropLast(4) + [0], "/Columns 24 /Rows 6 /K -1 /EndOfBlock false"),
        (3, 0, FaxSampleFile.oneDimensional, "/Columns 24 /Rows 6 /K 0 /EndOfLine true /EndOfBlock false"),
        (3, 4, FaxSampleFile.oneDimensionalFilled, "/Columns 24 /Rows 6 /K 0 /EndOfBlock false"),
        (3, 1, FaxSampleFile.twoDimensional, "/Columns 24 /Rows 6 /K 4 /EndOfLine true /EndOfBlock false"),
    ])
    func theFilterIsToldHowLinesAreCoded(
        compression: Int, options: Int, strip: [UInt8], parameters: String
    ) throws {
        let image = try #require(
            try pdf([Page(compression: compression, options: options, strips: [strip])]).images.first)
        #expect(image.dictionary.contains("/Filter /CCITTFaxDecode /DecodeParms << \(parameters) >>"))
        #expect(image.dictionary.contains("/Width 24 /Height 6 /ColorSpace /DeviceGray /BitsPerComponent 1"))
        #expect(image.stream == strip)
    }

    @Test func bitsAreTurnedWhereTheLowestIsFirst() throws {
        let image = try #require(
            try pdf([Page(fillOrder: 2, strips: [FaxSampleFile.group4LowestBitFirst])]).images.first)
        #expect(image.stream == FaxSampleFile.group4)
        // The end of block is found in the turned bits.
        #expect(!image.dictionary.contains("/EndOfBlock"))
    }

    @Test(arguments: [(0, false), (1, true)])
    func blackAndWhiteAreWhatTheFileSays(photometric: Int, isTurned: Bool) throws {
        let image = try #require(try pdf([Page(photometric: photometric)]).images.first)
        #expect(image.dictionary.contains("/BlackIs1 true") == isTurned)
    }

    @Test func byteOrderMakesNoDifference() throws {
        var file = FaxSampleFile(pages: [Page(rowsPerStrip: 4, strips: FaxSampleFile.group4Strips), Page()])
        let little = try FaxDocument(tiff: file.bytes).pdf(title: "Fax")
        file.isBigEndian = true
        #expect(try FaxDocument(tiff: file.bytes).pdf(title: "Fax") == little)
    }

    @Test func stripsAreStackedFromTheTopWithoutGapOrOverlap() throws {
        let rows = 2_200
        let count = (rows + 36) / 37
        let page = Page(
            columns: 1728, rows: rows, rowsPerStrip: 37,
            strips: Array(repeating: FaxSampleFile.group4, count: count))
        let pdf = try pdf([page])
        let paper = try #require(pdf.pages.first)
        let box = try #require(PDFSample.box(of: paper))
        #expect(
            pdf.images.map { PDFSample.integer("Height", in: $0.dictionary) } == [Int?](repeating: 37, count: 59) + [17]
        )
        let placement = pdf.placement(of: paper)
        #expect(placement.count == count)
        for (index, line) in placement.enumerated() {
            let parts = line.split(separator: " ")
            let numbers = parts[1...6].compactMap { Double($0) }
            #expect(parts[0] == "q" && parts[7...].joined(separator: " ") == "cm /S\(index) Do Q")
            #expect(numbers.count == 6 && numbers[0] == box.width && numbers[1] == 0 && numbers[2] == 0)
            let top = box.height * (1 - Double(index * 37) / Double(rows))
            let bottom = box.height * (1 - Double(min(rows, (index + 1) * 37)) / Double(rows))
            // Less than a thousandth of a dot, and never over the edge.
            #expect((0..<0.000_2).contains(top + 0.000_000_1 - (numbers[5] + numbers[3])))
            #expect((0..<0.000_2).contains(numbers[5] + 0.000_000_1 - bottom))
        }
    }

    @Test(arguments: [
        ("Fax from 030 1234", "(Fax from 030 1234)"), ("", "()"), ("a(b)c\\d", "(a\\(b\\)c\\\\d)"),
        ("Grün", "<FEFF0047007200FC006E>"), ("a\nb", "<FEFF0061000A0062>"),
        ("\u{1F4E0}", "<FEFFD83DDCE0>"),
        (String(repeating: "(", count: 600), "(" + String(repeating: "\\(", count: 500) + ")"),
    ])
    func titleIsEscaped(title: String, written: String) throws {
        #expect(try pdf([Page()], title: title).objects[3]?.dictionary == "<< /Title \(written) /Producer (PBX-X) >>")
    }
}
