package import PBXBase

/// What reaches every terminal program besides its own events.
package protocol ProgramEvent: Sendable {
    static func key(_ event: KeyEvent) -> Self
    static func pasted(_ text: String) -> Self
    static func resized(_ size: Size) -> Self
    static func ticked(_ now: Now) -> Self
}

/// A terminal program as a state, a function that changes it and a function that draws it (architecture §14).
package protocol Program {
    associatedtype State: Sendable
    associatedtype Event: ProgramEvent
    associatedtype Effect: Sendable

    /// Pure, fast, total: what a fact does to the state, and what must be done about it.
    static func update(_ state: inout State, _ event: Event) -> [Effect]
    /// Pure; draws every frame from scratch.
    static func render(_ state: State, into canvas: inout Canvas)
    /// How long the screen stays right by itself: until a clock or a running time on it moves on.
    static func tickInterval(_ state: State) -> Interval?
}

/// What a terminal must be told to show the latest frame.
package struct Frame: Sendable {
    package var size: Size
    package var changes: [CellRun]
    package var cursor: Point?
    /// Cells in `changes`.
    package var cellsChanged: Int { changes.reduce(0) { $0 + $1.columns } }
}
