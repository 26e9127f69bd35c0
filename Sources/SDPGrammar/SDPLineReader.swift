/// Cuts a body into `type=value` lines. Line ends are CRLF by rule; a bare LF is understood, empty lines are skipped.
struct SDPLineReader {
    struct Line {
        var number: Int
        var type: UInt8
        var value: SDPText
    }

    private var rest: SDPText
    /// Of the line that was read last, counted from 1.
    private(set) var number = 0

    init(_ body: SDPText) {
        rest = body
    }

    mutating func next() throws(SDPSyntaxError) -> Line? {
        while !rest.isEmpty {
            let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.endIndex
            var line = rest[rest.startIndex..<end]
            rest = end < rest.endIndex ? rest[(end + 1)...] : rest[end...]
            number += 1
            guard number <= SDPLimits.linesMax else { throw error("more than \(SDPLimits.linesMax) lines") }
            if line.last == UInt8(ascii: "\r") { line = line.dropLast() }
            guard let type = line.first else { continue }
            guard line.count >= 2, line[line.startIndex + 1] == UInt8(ascii: "="), Self.isLetter(type) else {
                throw error("not of the form type=value")
            }
            guard !line.contains(where: { $0 == 0 || $0 == UInt8(ascii: "\r") }) else {
                throw error("NUL or CR inside a line")
            }
            return Line(number: number, type: type, value: line[(line.startIndex + 2)...])
        }
        return nil
    }

    func error(_ problem: String) -> SDPSyntaxError {
        SDPSyntaxError(line: number, problem: problem)
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z")
    }
}
