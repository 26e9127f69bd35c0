/// One page of a received fax as its file describes it: everything that a viewer must know to decode the strips.
struct FaxPage: Sendable {
    /// How the lines are coded.
    enum Coding: Hashable, Sendable {
        /// T.4 §4.1, each line by itself.
        case group3OneDimensional
        /// T.4 §4.2, some lines by their difference to the one above.
        case group3TwoDimensional
        /// T.6.
        case group4
    }

    /// Some lines of the page, coded together; the first one does not refer to the strip above.
    struct Strip: Sendable {
        /// Where the coded lines are in the file.
        var bytes: Range<Int>
        var rows: Int
    }

    /// The widest page of T.30 has 4,864 columns (A3 at 400 dots per inch).
    static let columnsMax = 65_535
    /// More than 4 m of paper at the finest resolution.
    static let rowsMax = 65_535
    /// PDF Reference 1.4, appendix C: entries of a dictionary, here that of the images of a page.
    static let stripsMax = 4_095
    /// Dots per inch that a fax can have; others are a slip of the writer.
    static let resolutions = 25.0...4_800.0
    /// For a page that does not tell its resolution: fine, in dots per inch.
    static let usualResolution = (x: 204.0, y: 196.0)

    private static let centimetresPerInch = 2.54

    let columns: Int
    let rows: Int
    /// Dots per inch.
    let xResolution: Double
    let yResolution: Double
    let coding: Coding
    /// What is coded as white is shown as white; false: as black.
    let isWhiteZero: Bool
    /// The first dot is in the lowest bit of a byte, as on the line.
    let isLowestBitFirst: Bool
    /// From the top of the page down; at least one.
    let strips: [Strip]

    /// `stripsLeft`: what the limit of the document leaves to this page.
    init(_ directory: TIFFDirectory, stripsLeft: Int) throws(FaxDocumentError) {
        guard let columns = try directory.integer(.imageWidth), (1...Self.columnsMax).contains(columns),
            let rows = try directory.integer(.imageLength), (1...Self.rowsMax).contains(rows)
        else { throw directory.damaged("it has no size, or none that a fax can have") }
        self.columns = columns
        self.rows = rows
        (xResolution, yResolution) = try Self.resolution(directory)
        coding = try Self.coding(directory)
        let photometric = try directory.integer(.photometricInterpretation) ?? 0
        guard photometric == 0 || photometric == 1 else { throw directory.unsupported("it is not black and white") }
        isWhiteZero = photometric == 0
        isLowestBitFirst = try directory.integer(.fillOrder) == 2
        strips = try Self.strips(directory, rows: rows, stripsLeft: stripsLeft)
    }

    private static func coding(_ directory: TIFFDirectory) throws(FaxDocumentError) -> Coding {
        guard try directory.integer(.bitsPerSample) ?? 1 == 1, try directory.integer(.samplesPerPixel) ?? 1 == 1 else {
            throw directory.unsupported("it has more than one bit per dot")
        }
        // TIFF 6.0 §11: bit 0 of the options says two-dimensional, bit 1 that there are uncompressed lines.
        switch try directory.integer(.compression) {
        case 3:
            let options = try directory.integer(.t4Options) ?? 0
            guard options & 2 == 0 else { throw directory.unsupported("it has uncompressed lines") }
            return options & 1 == 0 ? .group3OneDimensional : .group3TwoDimensional
        case 4:
            let options = try directory.integer(.t6Options) ?? 0
            guard options & 2 == 0 else { throw directory.unsupported("it has uncompressed lines") }
            return .group4
        case let other:
            throw directory.unsupported("compression \(other ?? 1) is not that of T.4 or T.6")
        }
    }

    private static func resolution(_ directory: TIFFDirectory) throws(FaxDocumentError) -> (Double, Double) {
        let unit = try directory.integer(.resolutionUnit) == 3 ? centimetresPerInch : 1
        guard let x = directory.rational(.xResolution), let y = directory.rational(.yResolution),
            resolutions.contains(x * unit), resolutions.contains(y * unit)
        else { return usualResolution }
        return (x * unit, y * unit)
    }

    private static func strips(
        _ directory: TIFFDirectory, rows: Int, stripsLeft: Int
    ) throws(FaxDocumentError) -> [Strip] {
        // TIFF 6.0 §8: without the field, and with its greatest value, the page is one strip.
        let rowsPerStrip = min(try directory.integer(.rowsPerStrip) ?? rows, rows)
        guard rowsPerStrip > 0 else { throw directory.damaged("its strips have no rows") }
        let count = (rows + rowsPerStrip - 1) / rowsPerStrip
        guard count <= Self.stripsMax else { throw .tooManyStrips(limit: Self.stripsMax) }
        guard count <= stripsLeft else { throw .tooManyStrips(limit: FaxDocument.stripsMax) }
        guard let offsets = try directory.integers(.stripOffsets, count: count),
            let sizes = try directory.integers(.stripByteCounts, count: count)
        else { throw directory.damaged("it has no strips") }
        var strips: [Strip] = []
        strips.reserveCapacity(count)
        for (index, (offset, size)) in zip(offsets, sizes).enumerated() {
            guard size > 0, directory.bytes.holds(size, at: offset) else {
                throw directory.damaged("strip \(index + 1) is empty or lies outside the file")
            }
            let left = rows - index * rowsPerStrip
            strips.append(Strip(bytes: offset..<offset + size, rows: min(rowsPerStrip, left)))
        }
        return strips
    }
}
