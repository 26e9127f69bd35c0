/// A terminal program that can also be used line by line: what linear mode says of its state.
package protocol LinearProgram: Program {
    /// A line of input, as an event.
    static func entered(_ line: String) -> Event
    /// The first thing that is said: what can be entered.
    static func greeting(_ state: State) -> String
    /// What is so now, each under a name that stays.
    static func items(_ state: State) -> [LinearItem]
    /// What is said when an item is gone; nil for what needs no word.
    static func farewell(_ item: LinearItem, _ state: State) -> String?
    /// The rows that a line asked for, once it was done; none for a line that only does something.
    static func answer(to line: String, _ state: State) -> [String]
    /// Takes rows that came later, and are to be said once.
    static func takeResult(_ state: inout State) -> [String]
}
