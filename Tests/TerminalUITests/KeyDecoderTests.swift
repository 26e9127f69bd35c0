import PBXBase
import TerminalUI
import Testing

struct KeyDecoderTests {
    private func keys(_ text: String, sequences: [[UInt8]: KeyEvent] = [:]) -> [String] {
        var decoder = KeyDecoder(sequences: sequences)
        var inputs: [TerminalInput] = []
        decoder.decode(Array(text.utf8), now: .zero, into: &inputs)
        if decoder.deadline != nil { decoder.timedOut(into: &inputs) }
        return inputs.map { input in
            switch input {
            case .key(let event): event.description
            case .pasted(let text): "pasted \(text)"
            }
        }
    }

    @Test(arguments: [
        ("a", ["a"]), ("Ü", ["Ü"]), ("漢", ["漢"]), ("😀", ["😀"]), ("\r", ["Enter"]), ("\t", ["Tab"]),
        ("\u{7F}", ["Backspace"]),
        ("\u{18}", ["Ctrl-X"]), ("\0", ["Ctrl-Space"]), ("\u{1F}", ["Ctrl-_"]),
        ("\u{1B}", ["Esc"]), ("\u{1B}\u{1B}", ["Esc", "Esc"]), ("\u{1B}x", ["Alt-x"]), ("\u{1B}ä", ["Alt-ä"]),
        ("\u{1B}[A", ["↑"]), ("\u{1B}OA", ["↑"]), ("\u{1B}[1;5C", ["Ctrl-→"]), ("\u{1B}[Z", ["Shift-Tab"]),
        ("\u{1B}OP\u{1B}[12~\u{1B}[[C\u{1B}[15~", ["F1", "F2", "F3", "F5"]), ("\u{1B}[1;2P", ["Shift-F1"]),
        ("\u{1B}[24~", ["F12"]), ("\u{1B}[3~", ["Del"]), ("\u{1B}[5~\u{1B}[6~", ["PgUp", "PgDn"]),
        ("\u{1B}\u{1B}[B", ["Esc", "↓"]), ("\u{1B}[", ["Alt-["]), ("\u{1B}O", ["Alt-O"]),
        // No keys: mouse reports, focus, answers of the terminal, numbers that nobody has.
        ("\u{1B}[<0;3;4M", []), ("\u{1B}[I", []), ("\u{1B}[?62;22c", []), ("\u{1B}[99~", []),
        ("\u{1B}[999999999999~", []),
        ("a\u{1B}[Bb", ["a", "↓", "b"]),
        ("\u{1B}[200~rm -rf\r\n:quit\u{1B}[201~x", ["pasted rm -rf:quit", "x"]),
    ])
    func bytesBecomeKeys(bytes: String, expected: [String]) {
        #expect(keys(bytes) == expected)
    }

    @Test func aLoneEscapeWaitsForWhatMayFollow() {
        var decoder = KeyDecoder()
        var inputs: [TerminalInput] = []
        decoder.decode([0x1B], now: .zero, into: &inputs)
        #expect(inputs.isEmpty)
        #expect(decoder.deadline == .zero + .milliseconds(KeyDecoder.escapeMilliseconds))
        decoder.decode(Array("[A".utf8), now: .zero + .milliseconds(3), into: &inputs)
        #expect(inputs == [.key(KeyEvent(.up))])
        #expect(decoder.deadline == nil)
        decoder.decode([0x1B], now: .zero, into: &inputs)
        decoder.timedOut(into: &inputs)
        #expect(inputs.last == .key(KeyEvent(.escape)))
        #expect(decoder.deadline == nil)
    }

    @Test func aTerminalsOwnSequencesComeFirst() {
        #expect(keys("\u{1B}[11~", sequences: [Array("[11~".utf8): KeyEvent(.home)]) == ["Home"])
    }

    @Test(
        arguments: [[0xFF, 0x61], [0xC3, 0x61], [0xE6, 0xBC, 0x61], [0xC0, 0x80, 0x61], [0xF5, 0x61]] as [[UInt8]])
    func brokenTextIsSkipped(bytes: [UInt8]) {
        var decoder = KeyDecoder()
        var inputs: [TerminalInput] = []
        decoder.decode(bytes, now: .zero, into: &inputs)
        #expect(inputs == [.key(KeyEvent("a"))])
    }

    @Test(arguments: 0..<200)
    func anyBytesAreSurvivedAndNothingIsKeptForEver(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var decoder = KeyDecoder()
        var inputs: [TerminalInput] = []
        for _ in 0..<50 {
            let bytes = (0..<20).map { _ in
                Bool.random(using: &random)
                    ? UInt8.random(in: 0...255, using: &random)
                    : [0x1B, 0x5B, 0x4F, 0x31][
                        Int.random(in: 0..<4, using: &random)]
            }
            decoder.decode(bytes, now: .zero, into: &inputs)
        }
        decoder.timedOut(into: &inputs)
        inputs = []
        decoder.decode(Array("\u{1B}[201~".utf8) + [UInt8(ascii: "q")], now: .zero, into: &inputs)
        #expect(inputs.last == .key(KeyEvent("q")))
    }

    @Test(arguments: ["F5", "Ctrl-X", "Alt-x", "Shift-Tab", "Enter", "↑", "a", "?", "Ctrl-Alt-→", "-", "Space"])
    func namesAreReadAsTheyAreWritten(name: String) {
        #expect(KeyEvent(name)?.description == name)
    }

    @Test(arguments: ["", "F25", "Ctrl-", "Hyper-x", "ab", "\n", "F0"])
    func whatIsNoKeyIsRefused(name: String) {
        #expect(KeyEvent(name) == nil)
    }

    @Test func namesAreReadInAnyCaseAndSpelling() {
        #expect(KeyEvent("ctrl-x") == KeyEvent(.character("x"), .control))
        #expect(KeyEvent("UP") == KeyEvent(.up))
        #expect(KeyEvent("escape") == KeyEvent(.escape))
        #expect(KeyEvent("return") == KeyEvent(.enter))
    }
}
