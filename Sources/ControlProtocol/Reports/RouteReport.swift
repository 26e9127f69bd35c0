/// What routing would do with a call: the result of `explain`.
package struct RouteReport: Hashable, Sendable, Codable {
    package struct Step: Hashable, Sendable, Codable {
        package var text: String
        /// File, line and column of the rule; nil when no rule was involved.
        package var origin: String?

        package init(text: String, origin: String?) {
            self.text = text
            self.origin = origin
        }
    }

    package var from: String
    package var to: String
    /// Where the call would go: `extension 102`, `released: no such number`.
    package var destination: String
    package var steps: [Step]

    package init(from: String, to: String, destination: String, steps: [Step]) {
        self.from = from
        self.to = to
        self.destination = destination
        self.steps = steps
    }
}
