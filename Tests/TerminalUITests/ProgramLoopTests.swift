import PBXBase
import TerminalUI
import Testing

struct ProgramLoopTests {
    /// Counts what it is told, and draws the sums.
    enum Counter: Program {
        struct State: Sendable {
            var keys = 0
            var news = 0
            var seconds = 0
            var ticks = true
        }

        enum Event: ProgramEvent {
            case key(KeyEvent)
            case pasted(String)
            case resized(Size)
            case ticked(Now)
            case news
        }

        static func update(_ state: inout State, _ event: Event) -> [String] {
            switch event {
            case .key: state.keys += 1
            case .news: state.news += 1
            case .ticked(let now): state.seconds = now.instant.nanoseconds == 0 ? 0 : (now.instant - .zero).seconds
            case .pasted, .resized: break
            }
            return state.keys == 3 ? ["quit"] : []
        }

        static func render(_ state: State, into canvas: inout Canvas) {
            canvas.text("k\(state.keys) n\(state.news) s\(state.seconds)", x: 0, y: 0)
        }

        static func tickInterval(_ state: State) -> Interval? { state.ticks ? .seconds(1) : nil }
    }

    private let size = Size(width: 20, height: 1)
    private func at(_ milliseconds: Int) -> Instant { .zero + .milliseconds(milliseconds) }

    @Test func theFirstFrameIsDueAtOnceAndShowsEverything() {
        var loop = ProgramLoop<Counter>(Counter.State(), size: size)
        let first = loop.frame(at(0))
        let second = loop.frame(at(1_000))
        #expect(first?.cellsChanged == 20)
        #expect(second == nil, "nothing changed")
    }

    @Test func newsWaitsForTheFrameRateAndAKeyDoesNot() {
        var loop = ProgramLoop<Counter>(Counter.State(), size: size)
        _ = loop.frame(at(0))
        _ = loop.handle(Counter.Event.news)
        let early = loop.frame(at(10))
        #expect(early == nil)
        #expect(loop.frameAt == at(33))
        let due = loop.frame(at(33))
        #expect(due?.cellsChanged == 1)
        _ = loop.handle(Counter.Event.news)
        _ = loop.handle(TerminalInput.key(KeyEvent("x")))
        let answer = loop.frame(at(41))
        #expect(answer?.cellsChanged == 2)
    }

    @Test func fiveHundredEventsASecondAreThirtyFrames() {
        var loop = ProgramLoop<Counter>(Counter.State(), size: size)
        var terminal = BufferTerminal(size)
        for millisecond in stride(from: 0, to: 1_000, by: 2) {
            _ = loop.handle(Counter.Event.news)
            if let frame = loop.frame(at(millisecond)) { terminal.present(frame) }
        }
        #expect(terminal.frames <= 31)
        if let frame = loop.frame(at(2_000)) { terminal.present(frame) }
        #expect(terminal.buffer.text(row: 0).hasPrefix("k0 n500 s0"))
    }

    @Test func ticksComeOnlyWhenTheScreenNeedsThem() {
        var loop = ProgramLoop<Counter>(Counter.State(), size: size)
        _ = loop.tick(Now(instant: at(0), wall: WallTime(microseconds: 0)))
        _ = loop.frame(at(0))
        #expect(loop.deadline == at(1_000))
        _ = loop.tick(Now(instant: at(500), wall: WallTime(microseconds: 0)))
        #expect(loop.frameAt == nil, "too early to matter")
        _ = loop.tick(Now(instant: at(1_000), wall: WallTime(microseconds: 0)))
        #expect(loop.frameAt == at(33))
        var quiet = ProgramLoop<Counter>(Counter.State(ticks: false), size: size)
        _ = quiet.frame(at(0))
        #expect(quiet.deadline == nil)
    }

    @Test func effectsAreHandedOut() {
        var loop = ProgramLoop<Counter>(Counter.State(keys: 2), size: size)
        let effects = loop.handle(TerminalInput.key(KeyEvent("x")))
        #expect(effects == ["quit"])
    }

    @Test func anotherSizeIsDrawnWhole() {
        var loop = ProgramLoop<Counter>(Counter.State(), size: size)
        _ = loop.frame(at(0))
        _ = loop.resize(Size(width: 6, height: 2))
        let frame = loop.frame(at(8))
        #expect(frame?.size == Size(width: 6, height: 2))
        #expect(frame?.cellsChanged == 12)
        _ = loop.resize(Size(width: 0, height: 0))
        let nothing = loop.frame(at(50))
        #expect(nothing == nil)
    }
}
