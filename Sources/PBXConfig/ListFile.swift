package import PBXModel

/// A small TOML file of tables whose values are texts or lists of texts: a user's own settings, such as `keys.toml`.
package struct ListFile: Sendable {
    package struct Entry: Hashable, Sendable {
        package var table: String
        package var key: String
        package var values: [String]
        package var origin: ConfigOrigin
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
            for child in children {
                let values = try Self.values(child)
                entries.append(Entry(table: table.key, key: child.key, values: values, origin: child.origin))
            }
        }
    }

    private static func values(_ entry: TOMLEntry) throws(ConfigurationError) -> [String] {
        let nodes: [TOMLNode]
        if case .array(let elements) = entry.node.content { nodes = elements } else { nodes = [entry.node] }
        var values: [String] = []
        for node in nodes {
            guard case .text(let text) = node.content else {
                throw .finding(node.origin, "\"\(entry.key)\" must be a text or a list of texts")
            }
            values.append(text)
        }
        return values
    }
}

extension ConfigurationError {
    fileprivate static func finding(_ origin: ConfigOrigin, _ message: String) -> ConfigurationError {
        ConfigurationError(findings: [ConfigFinding(.error, origin, message)])
    }
}
