import PBXConfig
import PBXModel
import Testing

struct ListFileTests {
    private func read(_ text: String) throws -> ListFile { try ListFile(file: "keys.toml", bytes: Array(text.utf8)) }

    @Test func textsAndListsOfTextsAreReadWithTheirPlaces() throws {
        let file = try read("[board]\nhold = [\"F7\", \"Ctrl-O\"]\nquit = \"q\"\n")
        #expect(file.entries.map(\.table) == ["board", "board"])
        #expect(file.entries.map(\.key) == ["hold", "quit"])
        #expect(file.entries.map(\.values) == [["F7", "Ctrl-O"], ["q"]])
        #expect(file.entries.map(\.origin.line) == [2, 3])
    }

    @Test func numbersAndTruthValuesAreTexts() throws {
        let file = try read("[phone]\nring-seconds = 60\nsound = false\n")
        #expect(file.entries.map(\.values) == [["60"], ["false"]])
    }

    @Test func aTableInsideATableHasBothNames() throws {
        let file = try read("[accounts.office]\naddress = \"sip:101@x\"\n[phone]\nlang = \"de\"\n")
        #expect(file.entries.map(\.table) == ["accounts.office", "phone"])
        #expect(file.entries.first?.place == "keys.toml:2")
        #expect(throws: ConfigurationError.self) { try read("[a.b.c]\nd = \"e\"\n") }
    }

    @Test(arguments: [
        ("hold = \"F7\"", "keys.toml:1:1: \"hold\" stands outside any table"),
        ("[a]\nhold = 7.5", "keys.toml:2:8: \"hold\" must be a text or a list of texts"),
        ("[a]\nhold = [\"x\", 1.0]", "keys.toml:2:14: \"hold\" must be a text or a list of texts"),
        ("[a]\nhold = F7", "keys.toml:2:"),
    ])
    func mistakesNameTheirPlace(text: String, message: String) throws {
        do {
            _ = try read(text)
            Issue.record("accepted")
        } catch {
            #expect("\(error)".hasPrefix(message), "\(error)")
        }
    }
}
