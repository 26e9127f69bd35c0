package import PBXBase

/// The loop of a terminal program without its terminal: events in, effects and frames out, time as an argument.
///
/// A key is answered by a frame at once. Everything else waits until `frameMilliseconds` have passed since the last
/// frame, so that a busy exchange costs 30 frames a second and never more.
package struct ProgramLoop<P: Program>: Sendable {
    package static var frameMilliseconds: Int { 33 }
    /// Even keys are not answered faster than this: a stuck key must not flood a slow line.
    package static var keyFrameMilliseconds: Int { 8 }

    package private(set) var state: P.State
    private var size: Size
    /// What the terminal shows; nil when that is not known.
    private var shown: CellBuffer?
    private var shownCursor: Point?
    private var spare: CellBuffer?
    private var isDirty = true
    private var isUrgent = true
    private var lastFrameAt: Instant?
    private var lastTickAt: Instant?

    package init(_ state: P.State, size: Size) {
        self.state = state
        self.size = size
    }

    /// A fact of the program's own; returns what must be done.
    package mutating func handle(_ event: P.Event) -> [P.Effect] {
        isDirty = true
        return P.update(&state, event)
    }

    /// What the user did.
    package mutating func handle(_ input: TerminalInput) -> [P.Effect] {
        isUrgent = true
        return switch input {
        case .key(let event): handle(P.Event.key(event))
        case .pasted(let text): handle(P.Event.pasted(text))
        }
    }

    package mutating func resize(_ size: Size) -> [P.Effect] {
        self.size = size
        shown = nil
        isUrgent = true
        return handle(P.Event.resized(size))
    }

    /// The terminal shows something else than we think: draw everything.
    package mutating func redraw() {
        shown = nil
        isDirty = true
        isUrgent = true
    }

    /// Tells the time when the screen needs it, or when something is about to happen that must not seem older.
    package mutating func tick(_ now: Now, always: Bool = false) -> [P.Effect] {
        if !always, let interval = P.tickInterval(state), let last = lastTickAt, now.instant < last + interval {
            return []
        }
        lastTickAt = now.instant
        return handle(P.Event.ticked(now))
    }

    /// When `tick` or `frame` has something to do at the latest; nil when only events can change anything.
    package var deadline: Instant? {
        let tick = P.tickInterval(state).map { interval in lastTickAt.map { $0 + interval } ?? .zero }
        return .earliest(frameAt, tick)
    }

    /// When the next frame is due; nil when the screen is right.
    package var frameAt: Instant? {
        guard isDirty else { return nil }
        let wait = isUrgent ? Self.keyFrameMilliseconds : Self.frameMilliseconds
        return lastFrameAt.map { $0 + .milliseconds(wait) } ?? .zero
    }

    /// The frame that is due by `now`; nil when none is, or when nothing on the screen changes.
    package mutating func frame(_ now: Instant) -> Frame? {
        guard let due = frameAt, due <= now else { return nil }
        isDirty = false
        isUrgent = false
        lastFrameAt = now
        var canvas = Canvas(drawingOver: blankBuffer())
        if !size.isEmpty { P.render(state, into: &canvas) }
        let buffer = canvas.buffer
        let changes = buffer.changes(from: shown)
        spare = shown
        shown = buffer
        guard !changes.isEmpty || canvas.cursor != shownCursor else { return nil }
        shownCursor = canvas.cursor
        return Frame(size: size, changes: changes, cursor: canvas.cursor)
    }

    private mutating func blankBuffer() -> CellBuffer {
        guard var buffer = spare, buffer.size == size else { return CellBuffer(size) }
        spare = nil
        buffer.clear()
        return buffer
    }
}
