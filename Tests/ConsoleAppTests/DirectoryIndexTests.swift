import ConsoleApp
import PBXModel
import Testing

struct DirectoryIndexTests {
    private let directory = DirectoryIndex(Office.extensions)

    @Test(arguments: [
        ("mul", ["106"]), ("mue", ["106"]), ("müller fritz", ["106"]), ("f m", ["106"]), ("gross", ["107"]),
        ("los", ["105"]),
        ("oz", ["108"]), ("106", ["106"]), ("cem", ["103"]), ("every", ["500"]), ("xyz", []),
        // By first letters on the telephone's keys: Fritz Müller, and nobody whose number begins so.
        ("374", ["106"]), ("68", ["106", "115"]),
    ])
    func peopleAreFoundAsTheyAreTyped(query: String, numbers: [String]) {
        #expect(directory.matches(query).map(\.number) == numbers)
    }

    @Test func anEmptyQueryIsEverybodyInOrder() {
        #expect(directory.matches(" ").map(\.number) == Office.extensions.map(\.number))
    }

    @Test func aWholeNumberIsOnlyThat() {
        #expect(directory.matches("110").map(\.number) == ["110"])
    }
}
