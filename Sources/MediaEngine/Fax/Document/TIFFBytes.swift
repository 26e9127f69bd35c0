/// The bytes of a TIFF file, read in its own byte order. Every read is checked: nil outside the file.
struct TIFFBytes {
    /// TIFF 6.0 §2: after the byte order, an arbitrary number that says that this is TIFF.
    private static let magic = 42

    private let bytes: [UInt8]
    private let isBigEndian: Bool

    /// nil: the header is not TIFF's.
    init?(_ bytes: [UInt8]) {
        switch bytes.prefix(2) {
        case [0x49, 0x49]: isBigEndian = false  // "II"
        case [0x4D, 0x4D]: isBigEndian = true  // "MM"
        default: return nil
        }
        self.bytes = bytes
        guard short(at: 2) == Self.magic else { return nil }
    }

    var count: Int { bytes.count }

    /// 0 where the file has no directory; nil where the file ends before it says so.
    var firstDirectory: Int? { long(at: 4) }

    func byte(at offset: Int) -> Int? {
        bytes.indices.contains(offset) ? Int(bytes[offset]) : nil
    }

    /// 16 bits.
    func short(at offset: Int) -> Int? { number(at: offset, bytes: 2) }

    /// 32 bits, unsigned.
    func long(at offset: Int) -> Int? { number(at: offset, bytes: 4) }

    /// `count` bytes from `offset` on lie inside the file.
    func holds(_ count: Int, at offset: Int) -> Bool {
        offset >= 0 && count >= 0 && offset <= bytes.count && count <= bytes.count - offset
    }

    private func number(at offset: Int, bytes size: Int) -> Int? {
        guard holds(size, at: offset) else { return nil }
        var value = 0
        for index in 0..<size {
            let place = isBigEndian ? size - 1 - index : index
            value |= Int(bytes[offset + index]) << (8 * place)
        }
        return value
    }
}
