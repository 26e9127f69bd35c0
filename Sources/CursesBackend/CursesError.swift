/// Why a terminal cannot be used.
package struct CursesError: Error, Hashable, Sendable {
    /// Subject, attempt and finding; lower case, no full stop.
    package var message: String
    /// The way out.
    package var hint: String
}
