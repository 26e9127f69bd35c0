import ConsoleApp
import ControlProtocol
import Testing

struct CommandLineTests {
    @Test(
        arguments: [
            ("", nil), ("3", .loop(2)), ("calls", .screen(.calls)), ("quit", .quit),
            ("hold", .operation(.hold, target: nil)),
            ("transfer 102", .operation(.transfer, target: "102")), ("find anna a", .find("anna a")),
            ("me 101", .me("101")),
            ("status", .catalogue(.status, [:])),
            ("explain 101 500", .catalogue(.explain, ["from": "101", "to": "500"])),
            ("explain to=500 from=101", .catalogue(.explain, ["from": "101", "to": "500"])),
            ("LISTRECORDS 5", .catalogue(.listRecords, ["limit": 5])),
        ] as [(String, TypedCommand?)])
    func linesAreRead(line: String, command: TypedCommand?) throws {
        #expect(try CommandLineReader.read(line) == command)
    }

    @Test func mistakesAreExplained() {
        #expect(throws: CommandLineError.unknown("statsu", nearest: "status")) { try CommandLineReader.read("statsu") }
        #expect(throws: CommandLineError.missing(command: "explain", what: "to")) {
            try CommandLineReader.read("explain 101")
        }
        #expect(throws: CommandLineError.unknown("x", nearest: nil)) { try CommandLineReader.read("status x") }
        #expect(throws: CommandLineError.missing(command: "me", what: "NUMBER")) { try CommandLineReader.read("me") }
    }

    @Test(arguments: [
        ("stat", "us"), ("setLogLevel de", "bug"), ("explain 10", ""), ("call 11", "0"), ("hangUp ab", "cd"),
        ("zz", ""),
    ])
    func tabAddsWhatIsCertain(line: String, added: String) {
        let found = CommandLineReader.complete(line, numbers: ["101", "102", "110"], calls: ["abcd"])
        #expect(found.added == added)
    }

    @Test func jsonIsShownForPeople() {
        let value: JSONValue = ["calls": 2, "listeners": [["address": "a", "transport": "udp"]], "empty": []]
        #expect(value.lines() == ["calls: 2", "empty: –", "listeners:", "  - address: a", "    transport: udp"])
    }
}
