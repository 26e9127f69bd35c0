import PBXBase

/// One internal number, with what finds it worked out ahead.
package struct DirectoryEntry: Hashable, Sendable {
    package var number: String
    package var name: String
    package var isExtension: Bool
    fileprivate var searched: SearchableName

    package init(_ row: ExtensionSnapshot) {
        number = row.number
        name = row.name
        isExtension = row.kind == "extension"
        searched = SearchableName(row.name, number: row.number)
    }
}

/// The people and groups of the exchange, ready to be searched as somebody types.
package struct DirectoryIndex: Sendable {
    package let entries: [DirectoryEntry]

    package init(_ rows: [ExtensionSnapshot]) { entries = rows.map { DirectoryEntry($0) } }

    /// Who is meant by a query, best first; all for an empty one.
    package func matches(_ query: String) -> [DirectoryEntry] {
        SearchableName.matches(query, in: entries, by: \.searched)
    }

    package func entry(_ number: String) -> DirectoryEntry? { entries.first { $0.number == number } }
}
