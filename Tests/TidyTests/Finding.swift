/// One broken rule, in the form an editor can jump to.
struct Finding: Equatable, CustomStringConvertible {
    let file: String
    /// 1 for the first line; nil when the whole file or the whole manifest is meant.
    let line: Int?
    let message: String

    var description: String { line.map { "\(file):\($0): \(message)" } ?? "\(file): \(message)" }
}

extension [Finding] {
    /// All findings as a comment for `#expect`.
    var listing: String { map(\.description).sorted().joined(separator: "\n") }
}
