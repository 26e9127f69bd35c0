package import PBXModel

/// A small TOML file of tables whose values are texts or lists of texts: a user's own settings, such as `keys.toml`.
/// Whole numbers and truth values are the texts they are written as; a table inside a table is named `outer.inner`.
package struct ListFile: Sendable {
    package struct Entry: Hashable, Sendable {
        package var table: String
        package var key: String
        package var values: [String]
        package var origin: ConfigOrigin

        /// For errors: `keys.toml:4`.
        package var place: String { "\(origin.file):\(origin.line)" }
    }

    /// In the order of the file.
    package var entries: [Entry] = []

    /// `file` is what errors call it. Throws the first finding, with its place.
    package init(file: String, bytes: [UInt8]) throws(ConfigurationError) {
        let document: TOMLDocument
        do throws(TOMLFailure) {
            document = try TOMLDocument(ConfigText(file: file, bytes: bytes))
        } catch {
            throw .finding(error.origin, error.text)
        }
        for table in document.entries {
            guard case .table(let children) = table.node.content else {
                throw .finding(table.origin, "\"\(table.key)\" stands outside any table")
            }
            try add(children, to: table.key, isInside: false)
        }
    }

    private mutating func add(
        _ children: [TOMLEntry], to table: String, isInside: Bool
    ) throws(ConfigurationError) {
        for child in children {
            if case .table(let inner) = child.node.content, !isInside {
                try add(inner, to: "\(table).\(child.key)", isInside: true)
            } else {
                let values = try Self.values(child)
                entries.append(Entry(table: table, key: child.key, values: values, origin: child.origin))
            }
        }
    }

    private static func values(_ entry: TOMLEntry) throws(ConfigurationError) -> [String] {
        let nodes: [TOMLNode]
        if case .array(let elements) = entry.node.content { nodes = elements } else { nodes = [entry.node] }
        var values: [String] = []
        for node in nodes {
            switch node.content {
            case .text(let text): values.append(text)
            case .integer(let number): values.append("\(number)")
            case .boolean(let isTrue): values.append(isTrue ? "true" : "false")
            default: throw .finding(node.origin, "\"\(entry.key)\" must be a text or a list of texts")
            }
        }
        return values
    }
}

extension ListFile.Entry {
    /// What is wrong with it, with its place.
    package func finding(_ message: String) -> ConfigurationError { .finding(origin, message) }
}

extension ConfigurationError {
    fileprivate static func finding(_ origin: ConfigOrigin, _ message: String) -> ConfigurationError {
        ConfigurationError(findings: [ConfigFinding(.error, origin, message)])
    }
}
