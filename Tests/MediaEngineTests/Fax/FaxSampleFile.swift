/// A TIFF file of coded pages, put together field by field, so that a test can say what is in it and break it.
struct FaxSampleFile {
    struct Page {
        var columns = 24
        var rows = 6
        var compression = 4
        var photometric = 0
        var fillOrder = 1
        /// Fractions: numerator and denominator.
        var xResolution = (204, 1)
        var yResolution = (196, 1)
        /// 2: inches, 3: centimetres.
        var unit = 2
        var bitsPerSample = 1
        var options = 0
        /// nil: no such field.
        var rowsPerStrip: Int?
        var strips: [[UInt8]] = [FaxSampleFile.group4]
        /// Offsets and sizes that are written in place of the true ones.
        var offsets: [Int]?
        var sizes: [Int]?
    }

    /// 24 columns and 6 rows of stripes that grow wider from row to row, as libtiff codes them.
    static let group4: [UInt8] = [
        0x2F, 0x97, 0xCB, 0xE5, 0xF2, 0xF8, 0x56, 0x1A, 0xB0, 0xD5, 0x86, 0x0C, 0x25, 0x61, 0x83, 0x27, 0x6C, 0x30,
        0x64,
        0x8D, 0x58, 0x60, 0xE0, 0x02, 0x00, 0x20,
    ]
    /// The same with the first dot in the lowest bit.
    static let group4LowestBitFirst: [UInt8] = [
        0xF4, 0xE9, 0xD3, 0xA7, 0x4F, 0x1F, 0x6A, 0x58, 0x0D, 0xAB, 0x61, 0x30, 0xA4, 0x86, 0xC1, 0xE4, 0x36, 0x0C,
        0x26,
        0xB1, 0x1A, 0x06, 0x07, 0x40, 0x00, 0x04,
    ]
    /// The same as a strip of four rows and one of two.
    static let group4Strips: [[UInt8]] = [
        [
            0x2F, 0x97, 0xCB, 0xE5, 0xF2, 0xF8, 0x56, 0x1A, 0xB0, 0xD5, 0x86, 0x0C, 0x25, 0x61, 0x83, 0x27, 0x60, 0x02,
            0x00, 0x20,
        ],
        [0x3C, 0x47, 0x89, 0x86, 0x0E, 0x00, 0x20, 0x02],
    ]
    /// The same, each line by itself behind an end of line.
    static let oneDimensional: [UInt8] = [
        0x00, 0x17, 0xDF, 0x7D, 0xF7, 0xDF, 0x00, 0x18, 0xA2, 0x8A, 0x20, 0x01, 0xB7, 0x6E, 0xD8, 0x00, 0xE1, 0xE1,
        0xD8,
        0x00, 0xF1, 0x71, 0x00, 0x0F, 0x8F, 0xE0,
    ]
    /// The same with fill bits, so that each end of line ends a byte.
    static let oneDimensionalFilled: [UInt8] = [
        0x00, 0x01, 0x7D, 0xF7, 0xDF, 0x7D, 0xF0, 0x01, 0x8A, 0x28, 0xA2, 0x00, 0x01, 0xB7, 0x6E, 0xD8, 0x00, 0x01,
        0xC3,
        0xC3, 0xB0, 0x01, 0xE2, 0xE2, 0x00, 0x01, 0xF1, 0xFC,
    ]
    static let twoDimensional: [UInt8] = [
        0x00, 0x1B, 0xEF, 0xBE, 0xFB, 0xEF, 0x80, 0x09, 0x86, 0xAC, 0x35, 0x00, 0x13, 0x0C, 0x18, 0x4A, 0x00, 0x26,
        0x18,
        0x32, 0x76, 0x00, 0x3E, 0x2E, 0x20, 0x01, 0x30, 0xC1, 0xC0,
    ]

    var isBigEndian = false
    var pages: [Page] = [Page()]
    /// What the last directory names as the next one.
    var end = 0

    private struct Field {
        var tag: Int
        var kind: Int
        var values: [Int]
    }

    /// Each page: its strips, its directory, the values that do not fit into the directory.
    var bytes: [UInt8] {
        var file: [UInt8] = (isBigEndian ? [0x4D, 0x4D] : [0x49, 0x49]) + number(42, size: 2) + number(0, size: 4)
        var link = 4
        for page in pages {
            var offsets: [Int] = []
            for strip in page.strips {
                offsets.append(file.count)
                file += strip
            }
            if !file.count.isMultiple(of: 2) { file.append(0) }
            file.replaceSubrange(link..<link + 4, with: number(file.count, size: 4))
            let (directory, next) = directory(of: page, offsets: page.offsets ?? offsets, at: file.count)
            link = file.count + next
            file += directory
        }
        file.replaceSubrange(link..<link + 4, with: number(end, size: 4))
        return file
    }

    private func directory(of page: Page, offsets: [Int], at place: Int) -> (bytes: [UInt8], next: Int) {
        var fields = [
            Field(tag: 256, kind: 3, values: [page.columns]), Field(tag: 257, kind: 4, values: [page.rows]),
            Field(tag: 258, kind: 3, values: [page.bitsPerSample]),
            Field(tag: 259, kind: 3, values: [page.compression]), Field(tag: 262, kind: 3, values: [page.photometric]),
            Field(tag: 266, kind: 3, values: [page.fillOrder]), Field(tag: 273, kind: 4, values: offsets),
            Field(tag: 279, kind: 4, values: page.sizes ?? page.strips.map(\.count)),
            Field(tag: 282, kind: 5, values: [page.xResolution.0, page.xResolution.1]),
            Field(tag: 283, kind: 5, values: [page.yResolution.0, page.yResolution.1]),
            Field(tag: page.compression == 3 ? 292 : 293, kind: 4, values: [page.options]),
            Field(tag: 296, kind: 3, values: [page.unit]),
        ]
        if let rowsPerStrip = page.rowsPerStrip { fields.append(Field(tag: 278, kind: 4, values: [rowsPerStrip])) }
        fields.sort { $0.tag < $1.tag }
        let next = 2 + fields.count * 12
        var head = number(fields.count, size: 2)
        var tail: [UInt8] = []
        for field in fields {
            let values = field.values.flatMap { number($0, size: field.kind == 3 ? 2 : 4) }
            let count = field.kind == 5 ? field.values.count / 2 : field.values.count
            head += number(field.tag, size: 2) + number(field.kind, size: 2) + number(count, size: 4)
            if values.count <= 4 {
                head += values + [UInt8](repeating: 0, count: 4 - values.count)
            } else {
                head += number(place + next + 4 + tail.count, size: 4)
                tail += values
            }
        }
        return (head + number(0, size: 4) + tail, next)
    }

    private func number(_ value: Int, size: Int) -> [UInt8] {
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        return isBigEndian ? bytes.reversed() : bytes
    }
}
