import PBXBase
import TerminalTestKit
import TerminalUI
import Testing

struct CanvasTests {
    private func row(_ canvas: Canvas, _ y: Int = 0) -> String { canvas.buffer.text(row: y) }

    @Test func textThatDoesNotFitEndsInAnEllipsis() {
        var canvas = Canvas(Size(width: 8, height: 3))
        canvas.text("switchboard", x: 0, y: 0)
        canvas.text("exact", x: 3, y: 1)
        canvas.text("narrow", x: 0, y: 2, width: 4)
        #expect(row(canvas, 0) == "switchb…")
        #expect(row(canvas, 1) == "   exact")
        #expect(row(canvas, 2) == "nar…    ")
    }

    @Test func aWideCharacterIsCutWhole() {
        var canvas = Canvas(Size(width: 4, height: 1))
        #expect(canvas.text("漢字漢", x: 0, y: 0) == 3)
        #expect(row(canvas) == "漢… ")
    }

    @Test func overwritingHalfOfAWideCharacterBlanksTheOther() {
        var canvas = Canvas(Size(width: 4, height: 1))
        canvas.text("漢字", x: 0, y: 0)
        canvas.text("x", x: 1, y: 0)
        #expect(row(canvas) == " x字")
        canvas.text("y", x: 2, y: 0)
        #expect(row(canvas) == " xy ")
    }

    @Test(arguments: ["\u{1B}[2J", "a\r\nb", "\u{9B}31m", "x\u{7F}y", "\u{0}"])
    func controlCharactersNeverReachTheTerminal(text: String) {
        var canvas = Canvas(Size(width: 12, height: 1))
        canvas.text(text, x: 0, y: 0)
        let drawn = row(canvas)
        #expect(!drawn.unicodeScalars.contains { $0.properties.generalCategory == .control })
    }

    @Test func aPileOfMarksIsCut() throws {
        var canvas = Canvas(Size(width: 4, height: 1))
        canvas.text("e" + String(repeating: "\u{301}", count: 500), x: 0, y: 0)
        let cell = try #require(row(canvas).first)
        #expect(cell.unicodeScalars.count == Canvas.scalarsPerCellMax)
    }

    @Test func alignmentCountsColumns() {
        var canvas = Canvas(Size(width: 9, height: 3))
        canvas.text("1:05", x: 0, y: 0, width: 9, alignment: .trailing)
        canvas.text("漢", x: 0, y: 1, width: 8, alignment: .centre)
        #expect(row(canvas, 0) == "     1:05")
        #expect(row(canvas, 1) == "   漢    ")
    }

    @Test func aPartHasItsOwnOriginAndHoldsWhatIsDrawnInIt() {
        var canvas = Canvas(Size(width: 6, height: 3))
        canvas.inside(Rect(x: 2, y: 1, width: 3, height: 1)) { part in
            part.text("abcdef", x: 0, y: 0)
            part.text("below", x: 0, y: 1)
            part.placeCursor(x: 1, y: 0)
            part.inside(Rect(x: -5, y: 0, width: 20, height: 9)) { $0.text("wider", x: 0, y: 0) }
        }
        #expect(row(canvas, 0) == "      ")
        #expect(row(canvas, 1) == "  abr… " || row(canvas, 1) == "  ab… ")
        #expect(row(canvas, 2) == "      ")
        #expect(canvas.cursor == Point(x: 3, y: 1))
    }

    /// Random drawing in a random part of a random screen: what is outside stays as it was.
    @Test(arguments: 0..<300)
    func nothingIsWrittenOutsideTheClip(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let size = Size(width: Int.random(in: 1...40, using: &random), height: Int.random(in: 1...12, using: &random))
        var canvas = Canvas(size)
        canvas.fill(canvas.bounds, with: "·")
        let part = Rect(
            x: Int.random(in: -5...40, using: &random), y: Int.random(in: -3...12, using: &random),
            width: Int.random(in: 0...30, using: &random), height: Int.random(in: 0...8, using: &random))
        canvas.inside(part) { canvas in
            for _ in 0..<20 {
                let x = Int.random(in: -10...30, using: &random)
                let y = Int.random(in: -4...10, using: &random)
                canvas.text(RandomText.text(piecesMax: 30, &random), x: x, y: y, style: .reverse)
                canvas.frame(Rect(x: x, y: y, width: 9, height: 4), title: RandomText.text(piecesMax: 5, &random))
                canvas.restyle(Rect(x: x, y: y, width: 20, height: 2)) { $0.adding(.bold) }
                canvas.placeCursor(x: x, y: y)
            }
        }
        for y in 0..<size.height {
            #expect((0..<size.width).reduce(0) { $0 + Int(canvas.buffer[$1, y].columns) } == size.width)
            for x in 0..<size.width where !part.contains(x: x, y: y) {
                #expect(canvas.buffer[x, y] == Cell("·"), "\(x),\(y) of \(size), part \(part)")
            }
        }
        if let cursor = canvas.cursor { #expect(part.contains(x: cursor.x, y: cursor.y)) }
    }
}
