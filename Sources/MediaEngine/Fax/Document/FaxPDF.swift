/// Writes a fax as a PDF file: every strip is an image that stays coded as it was received, for the viewer to decode
/// (PDF Reference 1.4 §3.3.5, CCITTFaxDecode).
struct FaxPDF {
    /// Greatest side of a page in points (PDF Reference 1.4, appendix C). Longer papers are shown smaller.
    static let sidePointsMax = 14_400.0
    /// Least side of a page: viewers refuse one under 3 points. A page of a few lines is stretched.
    static let sidePointsMin = 4.0
    private static let pointsPerInch = 72.0
    /// Sizes and positions are whole numbers of these.
    private static let unitsPerPoint = 100_000.0
    /// What a strip ends short of its edges, in those units: less than a thousandth of a dot. Viewers that draw dot by
    /// dot make an image cover every dot that it touches, so that one that is over its edge by the rounding of a
    /// number, theirs among them, would grow by a row.
    private static let seam = 10
    /// What an object takes besides its coded lines, in bytes, about: only to take memory once.
    private static let objectBytes = 400

    /// Of a page, in hundred thousandths of a point.
    private struct Size {
        var width: Int
        var height: Int
    }

    private let document: FaxDocument
    private var writer: PDFWriter

    static func file(of document: FaxDocument, title: String) -> [UInt8] {
        var pdf = FaxPDF(document)
        pdf.write(title: title)
        return pdf.writer.bytes
    }

    private init(_ document: FaxDocument) {
        self.document = document
        let objects = document.pages.reduce(3) { $0 + 2 + $1.strips.count }
        writer = PDFWriter(capacity: document.tiff.count + objects * Self.objectBytes)
    }

    private mutating func write(title: String) {
        let catalog = writer.reserve()
        let tree = writer.reserve()
        let info = writer.reserve()
        writer.writeDictionary(catalog, "/Type /Catalog /Pages \(tree.text)")
        writer.writeDictionary(info, "/Title \(PDFText.string(title)) /Producer (PBX-X)")
        var kids: [PDFWriter.Reference] = []
        for page in document.pages {
            kids.append(write(page, parent: tree))
        }
        let list = kids.map(\.text).joined(separator: " ")
        writer.writeDictionary(tree, "/Type /Pages /Count \(kids.count) /Kids [\(list)]")
        writer.finish(root: catalog, info: info)
    }

    private mutating func write(_ page: FaxPage, parent: PDFWriter.Reference) -> PDFWriter.Reference {
        let reference = writer.reserve()
        let content = writer.reserve()
        let images = page.strips.map { strip in
            let image = writer.reserve()
            write(strip, of: page, as: image)
            return image
        }
        let size = Self.size(of: page)
        let width = PDFText.decimal(hundredThousandths: size.width)
        let height = PDFText.decimal(hundredThousandths: size.height)
        let names = images.enumerated().map { "/S\($0) \($1.text)" }.joined(separator: " ")
        writer.writeDictionary(
            reference,
            "/Type /Page /Parent \(parent.text) /MediaBox [0 0 \(width) \(height)] /Contents \(content.text)"
                + " /Resources << /ProcSet [/PDF /ImageB] /XObject << \(names) >> >>")
        writer.writeStream(content, "", Self.placement(of: page, size: size))
        return reference
    }

    private mutating func write(_ strip: FaxPage.Strip, of page: FaxPage, as image: PDFWriter.Reference) {
        var lines = Array(document.tiff[strip.bytes])
        // The filter reads the highest bit first.
        if page.isLowestBitFirst {
            for index in lines.indices { lines[index] = CodedLines.reversed(lines[index]) }
        }
        let parameters = Self.parameters(page, rows: strip.rows, lines)
        writer.writeStream(
            image,
            "/Type /XObject /Subtype /Image /Width \(page.columns) /Height \(strip.rows) /ColorSpace /DeviceGray"
                + " /BitsPerComponent 1 /Filter /CCITTFaxDecode /DecodeParms << \(parameters) >>",
            lines)
    }

    /// What the filter must know about these lines (PDF Reference 1.4 §3.3.5).
    private static func parameters(_ page: FaxPage, rows: Int, _ lines: [UInt8]) -> String {
        var text = "/Columns \(page.columns) /Rows \(rows)"
        switch page.coding {
        case .group3OneDimensional: text += " /K 0"
        case .group3TwoDimensional: text += " /K 4"
        case .group4: text += " /K -1"
        }
        if page.coding != .group4, CodedLines.beginWithEndOfLine(lines) { text += " /EndOfLine true" }
        // Strips of T.4 have no end of block (TIFF 6.0 §11), nor have those of T.6 of some writers: rows end them.
        if page.coding != .group4 || !CodedLines.endWithEndOfBlock(lines) { text += " /EndOfBlock false" }
        // Without it the filter makes a black dot 0, and DeviceGray shows 0 as black.
        if !page.isWhiteZero { text += " /BlackIs1 true" }
        return text
    }

    /// The page's content: each strip below the one before, from the top edge down.
    private static func placement(of page: FaxPage, size: Size) -> [UInt8] {
        let width = PDFText.decimal(hundredThousandths: size.width)
        var text = ""
        var rowsBelow = page.rows
        var top = size.height - seam
        for (index, strip) in page.strips.enumerated() {
            rowsBelow -= strip.rows
            let edge = size.height * rowsBelow / page.rows
            let bottom = rowsBelow == 0 ? 0 : edge + seam
            let tall = PDFText.decimal(hundredThousandths: top - bottom)
            let place = PDFText.decimal(hundredThousandths: bottom)
            text += "q \(width) 0 0 \(tall) 0 \(place) cm /S\(index) Do Q\n"
            top = edge - seam
        }
        return Array(text.utf8)
    }

    private static func size(of page: FaxPage) -> Size {
        let width = Double(page.columns) / page.xResolution * pointsPerInch
        let height = Double(page.rows) / page.yResolution * pointsPerInch
        let scale = min(1, sidePointsMax / max(width, height))
        return Size(width: units(width * scale), height: units(height * scale))
    }

    /// Rounded down: a viewer that draws dot by dot counts whatever is over a whole dot as one more.
    private static func units(_ points: Double) -> Int {
        Int((max(points, sidePointsMin) * unitsPerPoint - 0.5).rounded(.down))
    }
}
