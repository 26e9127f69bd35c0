/// Where a value was defined: kept with everything that configuration sets, so that an error or a routing step can name
/// the place.
package struct ConfigOrigin: Hashable, Sendable, CustomStringConvertible {
    /// Path as the administrator wrote or would write it; `demo` for the factory's demo company.
    package var file: String
    package var line: Int
    package var column: Int

    package init(file: String, line: Int, column: Int = 1) {
        self.file = file
        self.line = line
        self.column = column
    }

    package var description: String { "\(file):\(line):\(column)" }
}
