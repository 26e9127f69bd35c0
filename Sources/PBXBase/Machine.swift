/// The contract of every aggregate below the drivers: facts in, effects out, time as an argument
/// (architecture §5).
package protocol Machine {
    associatedtype Input
    associatedtype Effect

    /// Applies one fact at `now`; appends what must happen next, in order.
    mutating func handle(_ input: Input, now: Instant, into effects: inout [Effect])

    /// When `handle(.timeout, …)` is due at the latest; nil when nothing is pending.
    var deadline: Instant? { get }
}
