import PBXBase
import TerminalTestKit
import TerminalUI
import Testing

struct CellRunTests {
    private func screen(_ rows: String...) -> CellBuffer {
        var canvas = Canvas(Size(width: rows.map { CharacterWidth.columns(of: $0) }.max() ?? 0, height: rows.count))
        for (y, row) in rows.enumerated() { canvas.text(row, x: 0, y: y) }
        return canvas.buffer
    }

    @Test func onlyChangedCellsAreSent() {
        let runs = screen("0:08 Ada", "idle    ").changes(from: screen("0:07 Ada", "idle    "))
        #expect(runs == [CellRun(x: 3, y: 0, style: .plain, characters: ["8"], columns: 1)])
    }

    @Test func anEqualScreenCostsNothing() {
        #expect(screen("漢字", "abcd").changes(from: screen("漢字", "abcd")).isEmpty)
    }

    @Test func anotherSizeSendsEverything() {
        let runs = screen("abc").changes(from: screen("ab"))
        #expect(runs.map(\.columns) == [3])
    }

    @Test func aRunHasOneLook() {
        var canvas = Canvas(Size(width: 4, height: 1))
        canvas.text("ab", x: 0, y: 0, style: .bold)
        canvas.text("cd", x: 2, y: 0)
        let runs = canvas.buffer.changes(from: CellBuffer(Size(width: 4, height: 1)))
        #expect(runs.map(\.style) == [.bold, .plain])
    }

    @Test(arguments: 0..<300)
    func aDifferenceAppliedToTheOldScreenIsTheNewOne(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let size = Size(width: Int.random(in: 1...50, using: &random), height: Int.random(in: 1...10, using: &random))
        let old = drawing(size, over: nil, &random)
        let new = drawing(size, over: Bool.random(using: &random) ? old : nil, &random)
        var shown = old
        shown.apply(new.changes(from: old))
        #expect(shown == new)
        var fresh = CellBuffer(size)
        fresh.apply(new.changes(from: nil))
        #expect(fresh == new)
    }

    private func drawing(_ size: Size, over buffer: CellBuffer?, _ random: inout SeededRandom) -> CellBuffer {
        var canvas = Canvas(drawingOver: buffer ?? CellBuffer(size))
        for _ in 0..<6 {
            canvas.text(
                RandomText.text(piecesMax: 20, &random), x: Int.random(in: -3...size.width, using: &random),
                y: Int.random(in: 0...size.height, using: &random),
                style: Style(Colour.allCases.randomElement(using: &random) ?? .standard, .reverse))
        }
        return canvas.buffer
    }
}
