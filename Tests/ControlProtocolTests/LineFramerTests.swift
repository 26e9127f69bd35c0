import ControlProtocol
import Testing

struct LineFramerTests {
    private func lines(_ chunks: [String], lineBytesMax: Int = 16) throws -> [String] {
        var framer = LineFramer(lineBytesMax: lineBytesMax)
        var found: [String] = []
        for chunk in chunks {
            framer.append(chunk.utf8)
            while let line = try framer.nextLine() { found.append(String(decoding: line, as: UTF8.self)) }
        }
        return found
    }

    @Test(arguments: [
        (["a\nb\n"], ["a", "b"]),
        (["a", "b", "\n"], ["ab"]),
        (["a\r\nb\r\n"], ["a", "b"]),
        (["\n\r\n\na\n"], ["a"]),
        (["a\nb"], ["a"]),
        (["a\nb", "c\nd", "\n"], ["a", "bc", "d"]),
        (["0123456789abcdef\r\n"], ["0123456789abcdef"]),
        (["0123456789abcdef\r", "\n"], ["0123456789abcdef"]),
        ([], []),
    ])
    func cutsWhereverTheChunksEnd(chunks: [String], expected: [String]) throws {
        #expect(try lines(chunks) == expected)
    }

    @Test(arguments: [["0123456789abcdefg\n"], ["0123456789", "abcdefgh"], ["ok\n0123456789abcdefgh"]])
    func refusesALineOverTheLimit(chunks: [String]) {
        #expect(throws: LineFramer.LineTooLong(lineBytesMax: 16)) { try lines(chunks) }
    }

    @Test func givesTheSameLinesForEveryWayToCutTheStream() throws {
        let text = "one\r\ntwo\n\nthree\r\n"
        for cut in 0...text.utf8.count {
            let chunks = [String(text.prefix(cut)), String(text.dropFirst(cut))]
            #expect(try lines(chunks) == ["one", "two", "three"])
        }
    }
}
