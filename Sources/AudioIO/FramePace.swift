import PBXBase

/// When the next frame is due. A real microphone says so by giving one; a file or a null device does not, and a missing
/// one cannot: they get our own clock.
struct FramePace {
    /// A device keeps no time that gives so many frames in less than half the time that they last.
    private static let framesWatched = 25
    private static let frame = Interval.milliseconds(CardStream.frameMilliseconds)
    /// After a hold-up this long (a suspended machine) there is nothing to catch up with.
    private static let holdUp = Interval.milliseconds(200)

    /// Of the frame before, by our own clock; nil while the microphone paces.
    private var due: Instant?
    private var startedAt: Instant?
    private var framesRead = 0

    /// The microphone has been opened.
    mutating func restarted() { self = FramePace() }

    /// The microphone gave a frame.
    mutating func frameRead() {
        if due != nil { return waitForFrame() }
        let now = Monotonic.now
        guard let started = startedAt else { return startedAt = now }
        framesRead += 1
        guard framesRead == Self.framesWatched else { return }
        if (now - started) * 2 < Self.frame * framesRead { due = now }
        startedAt = now
        framesRead = 0
    }

    mutating func waitForFrame() {
        let now = Monotonic.now
        let next = (due ?? now) + Self.frame
        due = next
        guard next > now else {
            if now - next > Self.holdUp { due = now }
            return
        }
        Monotonic.wait(until: next)
    }
}
