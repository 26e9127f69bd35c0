import CSpanDSP
import Foundation

/// Pages of black and white to send, and to compare with what came.
package struct FaxPages: Equatable {
    package static let width = 1_728
    static let bytesPerRow = width / 8

    /// By page: its rows one after the other, eight pixels a byte, the first pixel highest, 1 for black.
    package var pages: [[UInt8]]

    /// Pages that differ from each other in every part: bars, slanted lines, blocks, and dots that hardly compress.
    package init(count: Int, rows: Int) {
        pages = []
        for page in 0..<count {
            var bytes: [UInt8] = []
            for row in 0..<rows {
                for byte in 0..<Self.bytesPerRow {
                    var value: UInt8 = 0
                    for column in byte * 8..<byte * 8 + 8 {
                        value = value << 1 | (Self.isBlack(page: page, row: row, column: column) ? 1 : 0)
                    }
                    bytes.append(value)
                }
            }
            pages.append(bytes)
        }
    }

    private static func isBlack(page: Int, row: Int, column: Int) -> Bool {
        switch (row / 16 + page) % 4 {
        case 0: return (column / (24 + 8 * page)).isMultiple(of: 2)
        case 1: return (column + row * (page + 1)) % 211 < 9
        case 2: return column % 400 < 40 + page * 20 && row.isMultiple(of: 2)
        default: return UInt32(truncatingIfNeeded: (row * width + column) &* 2_654_435_761) >> 24 < 12
        }
    }

    /// A TIFF file of one strip a page, not compressed, as a scanner would write it.
    package func tiff(verticalResolution: Int) -> [UInt8] {
        var file: [UInt8] = [0x49, 0x49, 42, 0, 0, 0, 0, 0]
        var linkOffset = 4
        for (number, page) in pages.enumerated() {
            let strip = file.count
            let rows = page.count / Self.bytesPerRow
            file += page
            if !file.count.isMultiple(of: 2) { file.append(0) }
            let resolutions = file.count
            for value in [204, 1, verticalResolution, 1] { append(value, bytes: 4, to: &file) }
            let directory = file.count
            for byte in 0..<4 { file[linkOffset + byte] = UInt8(truncatingIfNeeded: directory >> (8 * byte)) }
            // Tag, type (3 short, 4 long, 5 rational), count, value: TIFF 6.0 §2.
            let entries: [(tag: Int, type: Int, count: Int, value: Int)] = [
                (254, 4, 1, 2), (256, 4, 1, Self.width), (257, 4, 1, rows), (258, 3, 1, 1), (259, 3, 1, 1),
                (262, 3, 1, 0), (266, 3, 1, 1), (273, 4, 1, strip), (277, 3, 1, 1), (278, 4, 1, rows),
                (279, 4, 1, page.count), (282, 5, 1, resolutions), (283, 5, 1, resolutions + 8),
                (296, 3, 1, 2), (297, 3, 2, number | pages.count << 16),
            ]
            append(entries.count, bytes: 2, to: &file)
            for (tag, type, count, value) in entries {
                append(tag, bytes: 2, to: &file)
                append(type, bytes: 2, to: &file)
                append(count, bytes: 4, to: &file)
                append(value, bytes: 4, to: &file)
            }
            linkOffset = file.count
            append(0, bytes: 4, to: &file)
        }
        return file
    }

    private func append(_ value: Int, bytes: Int, to file: inout [UInt8]) {
        for byte in 0..<bytes { file.append(UInt8(truncatingIfNeeded: value >> (8 * byte))) }
    }

    /// Reads a TIFF file that spandsp wrote, whatever its coding; nil when it is none or of another width.
    package init?(path: String) {
        pbx_spandsp_silence_tiff()
        guard let file = TIFFOpen(path, "r") else { return nil }
        defer { TIFFClose(file) }
        pages = []
        var line = [UInt8](repeating: 0, count: Self.bytesPerRow)
        repeat {
            guard TIFFScanlineSize(file) == line.count else { return nil }
            var page: [UInt8] = []
            while TIFFReadScanline(file, &line, UInt32(page.count / Self.bytesPerRow), 0) == 1 { page += line }
            pages.append(page)
        } while TIFFReadDirectory(file) == 1
    }
}
