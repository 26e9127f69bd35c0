import PBXBase

/// The beat of all sound that a worker makes: every 10 ms while something plays or mixes. What has to do with packets
/// of 20, 40 or 60 ms acts on every second beat only, half of it on the even ones and half on the odd ones.
struct AudioClock {
    static let beatMilliseconds = 10
    static let longStepMilliseconds = 20
    static let beat = Interval.milliseconds(beatMilliseconds)
    /// Beats made up for after a hold-up (a suspended machine, a debugger); older ones are let go.
    static let lateBeatsMax = 6

    /// The beat that comes next.
    private(set) var next: Instant?
    /// Counts beats.
    private(set) var number = 0

    /// Starts with the next turn, unless it runs.
    mutating func start(now: Instant) {
        if next == nil { next = now + Self.beat }
    }

    mutating func stop() { next = nil }

    /// Whether a beat is due; it is then taken. Ask until false.
    mutating func takeBeat(now: Instant) -> Bool {
        guard let due = next, due <= now else { return false }
        number &+= 1
        let late = now - due
        next = late > Self.beat * Self.lateBeatsMax ? now + Self.beat : due + Self.beat
        return true
    }

    /// Whether something with steps of this length and this phase acts on the present beat.
    func isStep(milliseconds: Int, phase: Int) -> Bool {
        milliseconds == Self.beatMilliseconds || (number &+ phase) & 1 == 0
    }
}
