import PBXModel
import Testing

struct DirectoryIndexTests {
    private static let names = [
        "Anna Ahrens", "Björn Bär", "Çelik, Cem", "Dora Dietrich", "Éva Łoś", "Fritz Müller", "Gerda Groß",
        "Hanna Öztürk", "Ingo Iversen", "Jana Jäger", "Karl Klein", "Lars Lindner", "Mia Martens", "Nils Nowak",
        "Olga Otto",
    ]
    private static let entries: [DirectoryEntry] =
        names.enumerated().map { index, name in
            DirectoryEntry(
                number: "\(101 + index)", name: name, department: index == 11 ? "Technik Süd" : nil,
                mobile: index == 12 ? "+49 170 555" : nil)
        } + [
            DirectoryEntry(number: "500", name: "Everybody", kind: .ringGroup),
            DirectoryEntry(
                number: "+493023125100", name: "Theo Brandt", kind: .contact, company: "Hafenwerke",
                email: "theo@hafen.example"),
        ]

    private let directory = DirectoryIndex(entries)

    @Test(arguments: [
        ("mul", ["106"]), ("mue", ["106"]), ("müller fritz", ["106"]), ("f m", ["106"]), ("gross", ["107"]),
        ("los", ["105"]),
        ("oz", ["108"]), ("106", ["106"]), ("cem", ["103"]), ("every", ["500"]), ("xyz", []),
        // By first letters on the telephone's keys: Fritz Müller, and nobody whose number begins so.
        ("374", ["106"]), ("68", ["106", "115"]),
        // By what else is known: department, company, mail address, mobile number.
        ("sued", ["112"]), ("technik l", ["112"]), ("hafenw", ["+493023125100"]), ("theo@hafen", ["+493023125100"]),
        ("49170", ["113"]),
        // A number outside, with its plus sign or without.
        ("+4930", ["+493023125100"]), ("4930", ["+493023125100"]),
    ])
    func peopleAreFoundAsTheyAreTyped(query: String, numbers: [String]) {
        #expect(directory.matches(query).map(\.number) == numbers)
    }

    @Test func whoseNameFitsComesBeforeWhoseDepartmentDoes() {
        let index = DirectoryIndex([
            DirectoryEntry(number: "1", name: "Ada", department: "Sales"), DirectoryEntry(number: "2", name: "Sal"),
        ])
        #expect(index.matches("sal").map(\.number) == ["2", "1"])
    }

    @Test func anEmptyQueryIsEverybodyInOrder() {
        #expect(directory.matches(" ").map(\.number) == Self.entries.map(\.number))
    }

    @Test func aWholeNumberIsOnlyThat() {
        #expect(directory.matches("110").map(\.number) == ["110"])
        #expect(directory.entry("+493023125100")?.company == "Hafenwerke")
    }
}
