/// A body that is no session description: the line, counted from 1, and what is wrong with it.
package struct SDPSyntaxError: Error, Hashable, Sendable, CustomStringConvertible {
    package var line: Int
    package var problem: String

    package init(line: Int, problem: String) {
        self.line = line
        self.problem = problem
    }

    package var description: String { "session description, line \(line): \(problem)" }
}
