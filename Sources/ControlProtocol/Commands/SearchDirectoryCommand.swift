package import PBXModel

/// Looks people up: of the house and of the company's phone book.
package struct SearchDirectoryCommand: ControlCommand {
    package struct Reply: Hashable, Sendable, Codable {
        /// The best fit first; everybody, in the directory's order, for no query.
        package var entries: [DirectoryEntry]
        /// How many fit in all.
        package var count: Int

        package init(entries: [DirectoryEntry], count: Int) {
            self.entries = entries
            self.count = count
        }
    }

    package static let limitDefault = 20
    package static let limitMax = 40_000
    package static let queryBytesMax = 128

    package static let row = CommandRow(
        .searchDirectory, role: .user, summary: "look up people by name, number, department or company",
        parameters: [
            .optional(
                "query", .text(bytesMax: queryBytesMax),
                "beginnings of words, in any order, with or without accents, or of numbers; digits also stand for "
                    + "first letters on a telephone; everybody without it"),
            .optional("limit", .integer(1...limitMax), "how many at most, the best fit first"),
        ],
        example: ["query": "ber an", "limit": 5],
        result: #"{"count":1,"entries":[{"number":"101","name":"Anna Berg","kind":"extension","department":"…"}]}"#)

    package var query: String?
    package var limit: Int

    package init(query: String?, limit: Int = limitDefault) {
        self.query = query
        self.limit = limit
    }

    package init(_ parameters: CommandParameters) throws(ControlFailure) {
        query = try parameters.optionalString("query")
        limit = try parameters.optionalInteger("limit") ?? Self.limitDefault
    }

    package var parameters: CommandParameters {
        CommandParameters(["query": query.map(JSONValue.string) ?? .null, "limit": .integer(Int64(limit))])
    }
}
