/// One directory of a TIFF file (TIFF 6.0 §2): the fields that describe one page.
struct TIFFDirectory {
    /// Fields of a directory. Writers of faxes use about 25.
    static let fieldsMax = 512

    /// TIFF 6.0 §8 and §11: the fields that matter to a page of a fax.
    enum Tag: Int {
        case imageWidth = 256
        case imageLength = 257
        case bitsPerSample = 258
        case compression = 259
        case photometricInterpretation = 262
        case fillOrder = 266
        case stripOffsets = 273
        case samplesPerPixel = 277
        case rowsPerStrip = 278
        case stripByteCounts = 279
        case xResolution = 282
        case yResolution = 283
        case t4Options = 292
        case t6Options = 293
        case resolutionUnit = 296
    }

    private enum Kind: Int {
        case byte = 1
        case short = 3
        case long = 4
        case rational = 5

        /// Bytes of one value.
        var size: Int {
            switch self {
            case .byte: 1
            case .short: 2
            case .long: 4
            case .rational: 8
            }
        }
    }

    private struct Field {
        var kind: Kind
        var count: Int
        /// Where the first value is.
        var offset: Int
    }

    private static let fieldSize = 12
    /// Values of so many bytes stand in the field itself, in place of their offset.
    private static let inlineSize = 4

    let bytes: TIFFBytes
    /// From 1, for errors.
    let page: Int
    /// Offset of the next directory; 0: this is the last.
    let next: Int
    private var fields: [Tag: Field] = [:]

    init(_ bytes: TIFFBytes, offset: Int, page: Int) throws(FaxDocumentError) {
        self.bytes = bytes
        self.page = page
        guard let count = bytes.short(at: offset), count <= Self.fieldsMax,
            let next = bytes.long(at: offset + 2 + count * Self.fieldSize)
        else { throw .damaged(page: page, reason: "its directory is too long or ends outside the file") }
        self.next = next
        for index in 0..<count {
            readField(at: offset + 2 + index * Self.fieldSize)
        }
    }

    /// Fields that nobody asks for, and those of other types, are passed over; of two with one tag the first counts.
    private mutating func readField(at offset: Int) {
        guard let tag = bytes.short(at: offset).flatMap(Tag.init(rawValue:)), fields[tag] == nil,
            let kind = bytes.short(at: offset + 2).flatMap(Kind.init(rawValue:)),
            let count = bytes.long(at: offset + 4), count > 0
        else { return }
        let isInline = count * kind.size <= Self.inlineSize
        guard let start = isInline ? offset + 8 : bytes.long(at: offset + 8) else { return }
        fields[tag] = Field(kind: kind, count: count, offset: start)
    }

    func contains(_ tag: Tag) -> Bool { fields[tag] != nil }

    /// The first value of a field of whole numbers; nil: no such field.
    func integer(_ tag: Tag) throws(FaxDocumentError) -> Int? {
        try integers(tag, count: 1)?.first
    }

    /// The first `count` values of a field of whole numbers; nil: no such field.
    func integers(_ tag: Tag, count: Int) throws(FaxDocumentError) -> [Int]? {
        guard let field = fields[tag] else { return nil }
        guard field.kind != .rational, field.count >= count,
            bytes.holds(count * field.kind.size, at: field.offset)
        else { throw damaged("field \(tag.rawValue) is too short or lies outside the file") }
        var values: [Int] = []
        values.reserveCapacity(count)
        for index in 0..<count {
            let place = field.offset + index * field.kind.size
            let value: Int? =
                switch field.kind {
                case .byte: bytes.byte(at: place)
                case .short: bytes.short(at: place)
                case .long: bytes.long(at: place)
                case .rational: nil
                }
            guard let value else { throw damaged("field \(tag.rawValue) lies outside the file") }
            values.append(value)
        }
        return values
    }

    /// A fraction; nil where there is none, or none that is a number.
    func rational(_ tag: Tag) -> Double? {
        guard let field = fields[tag], field.kind == .rational,
            let numerator = bytes.long(at: field.offset), let denominator = bytes.long(at: field.offset + 4),
            denominator != 0
        else { return nil }
        return Double(numerator) / Double(denominator)
    }

    func damaged(_ reason: String) -> FaxDocumentError { .damaged(page: page, reason: reason) }
    func unsupported(_ reason: String) -> FaxDocumentError { .unsupported(page: page, reason: reason) }
}
