import PBXBase
package import PBXConfig

/// Somebody in the phone book, under one of their numbers.
package struct PhoneBookEntry: Hashable, Sendable {
    package var name: String
    /// As it was written.
    package var number: String
    /// The table of the file that it stands in.
    package var group: String
    fileprivate var searched: SearchableName

    package init(name: String, number: String, group: String) {
        self.name = name
        self.number = number
        self.group = group
        searched = SearchableName(name, number: DialledNumber.digits(of: number))
    }
}

/// A user's own people: `phonebook.toml`, whose tables are groups, whose keys are names and whose values are numbers.
package struct PhoneBook: Sendable {
    /// Further ones are left out.
    package static let entriesMax = 10_000

    /// In the order of the file.
    package let entries: [PhoneBookEntry]
    /// By bare number; the first entry counts.
    private let names: [String: String]

    package init(_ entries: [PhoneBookEntry] = []) {
        self.entries = Array(entries.prefix(Self.entriesMax))
        names = Dictionary(entries.map { (DialledNumber.digits(of: $0.number), $0.name) }) { first, _ in first }
    }

    package init(_ file: ListFile) {
        self.init(
            file.entries.flatMap { entry in
                entry.values.map { PhoneBookEntry(name: entry.key, number: $0, group: entry.table) }
            })
    }

    /// Who is meant by a query, best first; all for an empty one.
    package func matches(_ query: String) -> [PhoneBookEntry] {
        SearchableName.matches(query, in: entries, by: \.searched)
    }

    /// Whose number this is.
    package func name(of number: String) -> String? { names[DialledNumber.digits(of: number)] }
}
