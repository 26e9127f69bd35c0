/// The objects of a PDF file, written one after another, and the table that says where each one begins
/// (PDF Reference 1.4 §3.4).
struct PDFWriter {
    /// The number of an object, from 1.
    struct Reference: Hashable {
        var number: Int
        /// As another object names it.
        var text: String { "\(number) 0 R" }
    }

    private(set) var bytes: [UInt8] = []
    /// Of object 1 and on; 0: reserved and not written yet.
    private var offsets: [Int] = []

    /// `capacity`: bytes that the file will have, about.
    init(capacity: Int) {
        bytes.reserveCapacity(capacity)
        append("%PDF-1.4\n%")
        // §3.4.1: four bytes above 127 in a comment, so that nobody takes the file for text.
        bytes += [0xE2, 0xE3, 0xCF, 0xD3, 0x0A]
    }

    /// A number for an object that others name before it is written.
    mutating func reserve() -> Reference {
        offsets.append(0)
        return Reference(number: offsets.count)
    }

    /// `entries`: what stands between `<<` and `>>`.
    mutating func writeDictionary(_ reference: Reference, _ entries: String) {
        begin(reference)
        append("<< \(entries) >>\nendobj\n")
    }

    /// `entries`: those of the stream's dictionary besides its length.
    mutating func writeStream(_ reference: Reference, _ entries: String, _ content: [UInt8]) {
        begin(reference)
        append("<< \(entries)\(entries.isEmpty ? "" : " ")/Length \(content.count) >>\nstream\n")
        bytes += content
        append("\nendstream\nendobj\n")
    }

    /// The table of objects and the trailer: nothing comes after them.
    mutating func finish(root: Reference, info: Reference) {
        let table = bytes.count
        append("xref\n0 \(offsets.count + 1)\n")
        // §3.4.3: each entry is 20 bytes, its line end two of them; object 0 heads the list of free ones.
        append("0000000000 65535 f \n")
        for offset in offsets {
            let digits = String(offset)
            append(String(repeating: "0", count: max(0, 10 - digits.utf8.count)) + digits)
            append(offset == 0 ? " 65535 f \n" : " 00000 n \n")
        }
        append("trailer\n<< /Size \(offsets.count + 1) /Root \(root.text) /Info \(info.text) >>\n")
        append("startxref\n\(table)\n%%EOF\n")
    }

    private mutating func begin(_ reference: Reference) {
        offsets[reference.number - 1] = bytes.count
        append("\(reference.number) 0 obj\n")
    }

    private mutating func append(_ text: String) {
        bytes += text.utf8
    }
}
