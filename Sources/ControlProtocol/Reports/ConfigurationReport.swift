/// What a look at the configuration found: the result of `checkConfiguration`, and of a `reload` that was done.
package struct ConfigurationReport: Hashable, Sendable, Codable {
    /// Folder or file that was read, or `demo`.
    package var source: String
    package var extensions: Int
    /// Whether it can be put in force; warnings do not stand in the way.
    package var isValid: Bool
    /// `file:line:column: what is wrong (what was likely meant)`, in the order of the files.
    package var errors: [String]
    package var warnings: [String]

    package init(source: String, extensions: Int, isValid: Bool, errors: [String] = [], warnings: [String] = []) {
        self.source = source
        self.extensions = extensions
        self.isValid = isValid
        self.errors = errors
        self.warnings = warnings
    }
}
