import PBXBase
import TerminalTestKit
import TerminalUI
import Testing

struct WidgetTests {
    private func drawn(_ width: Int, _ height: Int, _ draw: (inout Canvas) -> Void) -> Canvas {
        var canvas = Canvas(Size(width: width, height: height))
        draw(&canvas)
        return canvas
    }

    private func table(rows: Int, selected: Int?, columns: [Table.Column]? = nil) -> Table {
        Table(
            columns: columns ?? [
                Table.Column("No.", .fixed(5)), Table.Column("Name", .share(1)),
                Table.Column("Time", .fixed(6), alignment: .trailing), Table.Column("Codec", .fixed(6), widthMin: 40),
            ], rowCount: rows, state: selected.map { ListState(selected: $0) }, emptyText: "nobody here"
        ) { row in
            ["\(100 + row)", StyledText("Müller 漢字 number \(row)", .bold), "0:0\(row % 10)", "PCMA"]
        }
    }

    @Test func aTableShowsItsSelectionWithoutColour() {
        let canvas = drawn(34, 6) { table(rows: 20, selected: 9).draw(in: &$0) }
        #expect(SnapshotFile.mismatch(canvas, named: "table") == nil)
    }

    @Test func aWideTableShowsAllColumns() {
        let canvas = drawn(44, 4) { table(rows: 2, selected: nil).draw(in: &$0) }
        #expect(SnapshotFile.mismatch(canvas, named: "table") == nil)
    }

    @Test func anEmptyTableSaysSo() {
        let canvas = drawn(34, 3) { table(rows: 0, selected: 0).draw(in: &$0) }
        #expect(canvas.buffer.text(row: 1).hasPrefix("  nobody here"))
    }

    @Test func aLadderShowsWhoSaidWhat() {
        let messages = [
            Ladder.Message(time: "14:05:09.120", from: 0, to: 1, text: "INVITE"),
            Ladder.Message(time: "14:05:09.121", from: 1, to: 0, text: "100 Trying"),
            Ladder.Message(time: "14:05:09.125", from: 1, to: 2, text: "INVITE"),
            Ladder.Message(time: "14:05:09.300", from: 2, to: 1, text: "486 Busy Here", style: Style(.red, .bold)),
            Ladder.Message(time: "14:05:09.301", from: 1, to: 1, text: "release"),
        ]
        let canvas = drawn(72, 7) {
            Ladder(parties: ["101", "PBX-X", "102"], messages: messages, state: ListState(selected: 3)).draw(in: &$0)
        }
        #expect(SnapshotFile.mismatch(canvas, named: "ladder") == nil)
    }

    @Test func smallWidgets() {
        let canvas = drawn(44, 14) { canvas in
            canvas.inside(Rect(x: 0, y: 0, width: 44, height: 1)) {
                Tabs(["Board", "Calls", "History", "Phones", "Log", "Help"], selected: 4).draw(in: &$0)
            }
            canvas.inside(Rect(x: 0, y: 2, width: 30, height: 1)) { Gauge(0.42, text: "42 %").draw(in: &$0) }
            var form = FormState([.init("From", "101"), .init("To", "10"), .init("Note")])
            _ = form.handle(KeyEvent(.tab))
            _ = form.handle(KeyEvent("2"))
            canvas.inside(Rect(x: 0, y: 4, width: 30, height: 3)) { Form(form).draw(in: &$0) }
            canvas.inside(Rect(x: 0, y: 8, width: 44, height: 5)) {
                LogView(lineCount: 9, linesBack: 2) { ["\($0)", StyledText(" registered", .dim)] }.draw(in: &$0)
            }
        }
        #expect(SnapshotFile.mismatch(canvas, named: "small-widgets") == nil)
    }

    @Test func aPopupCoversTheMiddleAndTheCursor() {
        let canvas = drawn(40, 9) { canvas in
            canvas.fill(canvas.bounds, with: "·")
            canvas.placeCursor(x: 1, y: 1)
            Popup("Hang up?", ["101 is talking to 102", StyledText("y yes   Esc no", .bold)]).draw(in: &canvas)
        }
        #expect(canvas.cursor == nil)
        #expect(SnapshotFile.mismatch(canvas, named: "popup") == nil)
    }

    @Test func aListStaysInsideItsRows() {
        var list = ListState()
        list.move(by: 100, count: 10)
        #expect(list.selected == 9)
        #expect(list.visible(count: 10, height: 4) == 6..<10)
        #expect(list.visible(count: 3, height: 4) == 0..<3)
        #expect(list.row(of: 3) == 2)
        #expect(list.row(of: 0) == nil)
        list.move(by: -100, count: 10)
        #expect(list.visible(count: 10, height: 4) == 0..<4)
        #expect(list.visible(count: 10, height: 0).isEmpty)
    }

    @Test(arguments: 0..<200)
    func everyWidgetSurvivesEverySize(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let width = Int.random(in: 1...30, using: &random)
        let height = Int.random(in: 1...8, using: &random)
        let text = RandomText.text(piecesMax: 20, &random)
        let rows = Int.random(in: 0...30, using: &random)
        let selected = Int.random(in: 0...40, using: &random)
        let canvas = drawn(width, height) { canvas in
            Table(
                columns: [Table.Column(text, .share(1)), Table.Column("B", .fixed(4), alignment: .trailing)],
                rowCount: rows, state: ListState(selected: selected), emptyText: text
            ) { _ in [StyledText(text), StyledText(text)] }.draw(in: &canvas)
            Tabs([text, "x", text], selected: selected % 3).draw(in: &canvas)
            Gauge(Double(selected) / 20, text: text).draw(in: &canvas)
            Form(FormState([.init(text, text)])).draw(in: &canvas)
            Prompt(text, PromptState(text), suggestion: text).draw(in: &canvas)
            LogView(lineCount: rows, linesBack: selected) { _ in [StyledText(text)] }.draw(in: &canvas)
            Ladder(
                parties: [text, "b"], messages: [.init(time: text, from: 0, to: 1, text: text)]
            ).draw(in: &canvas)
            Popup(text, [StyledText(text)]).draw(in: &canvas)
            canvas.rule(y: 0, title: text)
        }
        for y in 0..<height {
            #expect((0..<width).reduce(0) { $0 + Int(canvas.buffer[$1, y].columns) } == width)
        }
    }
}
