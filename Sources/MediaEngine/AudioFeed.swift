import MediaControl
import PBXBase
import Synchronization

/// One playlist on its way from the files to a worker: the reader thread keeps `ring` filled, the worker empties it and
/// never waits. Whatever is slow, missing or broken about a file stays on the reader's side.
///
/// `@unchecked Sendable`: constants, atomics, and three fields that have one writer: `ring`, which the worker stores
/// before it publishes `sampleRate`; `nextMark`, which is the worker's alone; and `failure`, which the reader stores
/// before it publishes `end`.
final class AudioFeed: @unchecked Sendable {
    /// Sound read ahead: what a stalled disk may cost before anybody hears it.
    static let aheadMilliseconds = 500
    private static let unknown = -1

    let items: [AudioItem]
    let repetition: Playback.Repetition
    let offset: Interval
    /// An item that cannot be read is passed over instead of ending it all.
    let skipsUnreadable: Bool
    private let wakeReader: @Sendable () -> Void

    private(set) var ring: SampleRing?
    /// Why it ended early, in words.
    private(set) var failure: String?
    private let rate = Atomic<Int>(0)
    private let takesEvents = Atomic<Bool>(false)
    private let end = Atomic<Int>(unknown)
    private let stopped = Atomic<Bool>(false)
    private let jumpsWanted = Atomic<Int>(0)
    private let jumpsDone = Atomic<Int>(0)
    private let jumpMilliseconds = Atomic<Int>(0)
    private let jumpPosition = Atomic<Int>(0)
    /// Digits to be sent as events.
    private let digits = SPSCRing<Mark>(capacity: 64)
    /// The next of them, seen by the worker but not due yet.
    private var nextMark: Mark?

    /// A digit, and the sample at which it begins.
    private struct Mark {
        var position: Int
        var digit: Character
    }

    init(
        items: [AudioItem], repetition: Playback.Repetition = .once, offset: Interval = .zero,
        skipsUnreadable: Bool = false, wakeReader: @escaping @Sendable () -> Void = {}
    ) {
        self.items = items
        self.repetition = repetition
        self.offset = offset
        self.skipsUnreadable = skipsUnreadable
        self.wakeReader = wakeReader
    }

    // MARK: The worker's side

    /// Has the reader begin, in samples of `sampleRate`. With `takesEvents`, digits of the playlist come through
    /// `digits`, with silence in the sound, else as tones.
    func begin(sampleRate: Int, takesEvents: Bool) {
        ring = SampleRing(capacity: sampleRate * Self.aheadMilliseconds / 1_000)
        self.takesEvents.store(takesEvents, ordering: .relaxed)
        rate.store(sampleRate, ordering: .releasing)
        wakeReader()
    }

    /// Fills `target` and returns how many samples there were. While a jump is under way there are none.
    func read(into target: UnsafeMutableBufferPointer<Int16>) -> Int {
        guard let ring, jumpsDone.load(ordering: .acquiring) == jumpsWanted.load(ordering: .relaxed) else { return 0 }
        ring.discard(before: jumpPosition.load(ordering: .relaxed))
        return ring.read(into: target)
    }

    /// Everything has been read and taken.
    var isDone: Bool {
        guard let ring, !isJumping else { return false }
        let position = end.load(ordering: .acquiring)
        return position != Self.unknown && ring.takenCount >= position
    }

    /// The worker waits for samples that the reader has still to find.
    var isJumping: Bool { jumpsDone.load(ordering: .acquiring) != jumpsWanted.load(ordering: .relaxed) }

    /// A digit whose place in the sound has been read.
    func takeDigit() -> Character? {
        if nextMark == nil { nextMark = digits.pop() }
        guard let mark = nextMark, let ring, ring.takenCount >= mark.position else { return nil }
        nextMark = nil
        return mark.digit
    }

    /// Goes on `milliseconds` later (earlier, if negative) in the item that is heard.
    func jump(milliseconds: Int) {
        jumpMilliseconds.wrappingAdd(milliseconds, ordering: .relaxed)
        jumpsWanted.wrappingAdd(1, ordering: .releasing)
        wakeReader()
    }

    /// Lets the reader forget it; the worker is not going to read any more.
    func stop() {
        stopped.store(true, ordering: .releasing)
        wakeReader()
    }

    // MARK: The reader's side

    /// nil until the worker has begun.
    var sampleRate: Int? {
        let value = rate.load(ordering: .acquiring)
        return value == 0 ? nil : value
    }

    var sendsDigitsAsEvents: Bool { takesEvents.load(ordering: .relaxed) }
    var isStopped: Bool { stopped.load(ordering: .acquiring) }

    /// How far to jump, if the worker wants to; answer with `jumped`.
    func takeJump() -> (generation: Int, milliseconds: Int)? {
        let wanted = jumpsWanted.load(ordering: .acquiring)
        guard wanted != jumpsDone.load(ordering: .relaxed) else { return nil }
        return (wanted, jumpMilliseconds.exchange(0, ordering: .relaxed))
    }

    /// The jump is done: what is written from now on is the sound after it.
    func jumped(generation: Int) {
        end.store(Self.unknown, ordering: .relaxed)
        jumpPosition.store(ring?.writtenCount ?? 0, ordering: .relaxed)
        jumpsDone.store(generation, ordering: .releasing)
    }

    /// A digit is to be sent when the sound has come as far as what is written next; false when too many wait.
    func add(_ digit: Character) -> Bool {
        digits.push(Mark(position: ring?.writtenCount ?? 0, digit: digit)) != .full
    }

    /// Nothing more is going to be written.
    func finish(failure: String? = nil) {
        self.failure = failure
        end.store(ring?.writtenCount ?? 0, ordering: .releasing)
    }
}
