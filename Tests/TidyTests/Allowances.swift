extension Allowance {
    /// Every exception from a code rule. Adding one is a decision: the reason says why the rule's way would be worse.
    static let all: [Allowance] = []
}
