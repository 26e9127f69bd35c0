/// The languages that screens are written in.
package enum Language: String, Hashable, Sendable, CaseIterable {
    case english = "en"
    case german = "de"

    /// The language of a locale's name (`de_AT.UTF-8`, `de`, `German`); English for what we do not have.
    package init(locale: String) {
        let name = locale.lowercased()
        self = Self.allCases.first { name.hasPrefix($0.rawValue) } ?? (name.hasPrefix("german") ? .german : .english)
    }
}

/// Every text that a program shows, one row a key and one column a language: what a translator extends.
package struct TextTable<Key: Hashable & Sendable & CaseIterable>: Sendable {
    package typealias Row = (english: String, german: String)

    private let row: @Sendable (Key) -> Row
    package let language: Language

    /// `row` is a `switch` without `default`, so that the compiler misses no text.
    package init(_ language: Language, row: @escaping @Sendable (Key) -> Row) {
        self.language = language
        self.row = row
    }

    package subscript(_ key: Key) -> String {
        switch language {
        case .english: row(key).english
        case .german: row(key).german
        }
    }

    /// With values in the places `{0}`, `{1}`, which may stand in any order.
    package func callAsFunction(_ key: Key, _ values: String...) -> String { Self.insert(values, into: self[key]) }

    private static func insert(_ values: [String], into pattern: String) -> String {
        var result = ""
        var rest = pattern[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            result += rest[..<open]
            if let index = Int(rest[rest.index(after: open)..<close]), values.indices.contains(index) {
                result += values[index]
            } else {
                result += rest[open...close]
            }
            rest = rest[rest.index(after: close)...]
        }
        return result + rest
    }

    /// Keys without a text in some language, or with other places to fill in than in English.
    package var incompleteKeys: [Key] {
        Key.allCases.filter { key in
            let row = row(key)
            return row.english.isEmpty || row.german.isEmpty || Self.places(row.english) != Self.places(row.german)
        }
    }

    private static func places(_ pattern: String) -> Set<String> {
        Set((0..<10).map { "{\($0)}" }.filter { place in contains(place, in: pattern) })
    }

    private static func contains(_ place: String, in pattern: String) -> Bool {
        insert(Array(repeating: "", count: 10), into: pattern) != pattern
            && pattern.indices.contains { pattern[$0...].hasPrefix(place) }
    }
}
