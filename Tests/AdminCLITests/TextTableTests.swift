import AdminCLI
import Testing

struct TextTableTests {
    @Test func alignsByWhatATerminalShows() {
        var table = TextTable([("NAME", .left), ("CALLS", .right), ("NOTE", .left)])
        table.add([TextTable.Cell("Zoë"), TextTable.Cell("1"), TextTable.Cell("a")])
        table.add([TextTable.Cell("李雷"), TextTable.Cell("100000"), TextTable.Cell("")])
        #expect(
            table.text(.berlin) == """
                NAME   CALLS  NOTE
                Zoë        1  a
                李雷  100000

                """)
    }

    @Test func leavesOutColumnsWithoutContent() {
        var table = TextTable([("A", .left), ("B", .left), ("C", .left)])
        table.add([TextTable.Cell("1"), TextTable.Cell(""), TextTable.Cell("3")])
        #expect(table.text(.berlin) == "A  C\n1  3\n")
    }

    @Test func coloursOnlyWhereWanted() {
        var table = TextTable([("A", .left), ("B", .left)])
        table.add([TextTable.Cell("x", colour: .good), TextTable.Cell("y")])
        #expect(!table.text(.berlin).contains("\u{1B}"))
        #expect(table.text(.coloured) == "\u{1B}[1mA\u{1B}[0m  \u{1B}[1mB\u{1B}[0m\n\u{1B}[32mx\u{1B}[0m  y\n")
    }

    @Test func aPhonesTextCannotCommandTheTerminal() {
        #expect("desk\u{1B}[2J\u{7}".printable == "desk\u{FFFD}[2J\u{FFFD}")
        #expect("Zoë 李雷".printable == "Zoë 李雷")
    }
}
