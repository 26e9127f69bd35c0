import PBXBase

/// Rations what handshakes may cost in one turn of a worker: each of their steps takes a quarter to half a millisecond,
/// and packets of running calls wait meanwhile. What is too much waits, in order, for the turns to come.
struct HandshakeBacklog {
    /// Datagrams of handshakes taken in one turn.
    static let stepsPerTurnMax = 2
    /// Datagrams that wait; who is turned away beyond sends again, as DTLS does.
    static let waitingMax = 512

    struct Waiting {
        var slot: UInt32
        var epoch: UInt32
        var isRTCP: Bool
        var source: Endpoint
        var bytes: [UInt8]
    }

    /// When some handshake wants to repeat what was not answered, or may be found to have failed.
    var deadline: Instant?
    private var stepsLeft = stepsPerTurnMax
    private var waiting: [Waiting] = []
    /// Of `waiting`, those taken already.
    private var takenCount = 0

    var isEmpty: Bool { waiting.isEmpty }

    mutating func turnBegan() { stepsLeft = Self.stepsPerTurnMax }

    /// A step that has just come may be taken at once; none may while others wait.
    mutating func mayStep() -> Bool {
        guard waiting.isEmpty, stepsLeft > 0 else { return false }
        stepsLeft -= 1
        return true
    }

    /// False when too many wait.
    mutating func postpone(_ step: Waiting) -> Bool {
        guard waiting.count - takenCount < Self.waitingMax else { return false }
        waiting.append(step)
        return true
    }

    /// The next that may be taken in this turn.
    mutating func next() -> Waiting? {
        guard takenCount < waiting.count, stepsLeft > 0 else { return nil }
        stepsLeft -= 1
        defer {
            takenCount += 1
            if takenCount == waiting.count {
                waiting.removeAll(keepingCapacity: true)
                takenCount = 0
            }
        }
        return waiting[takenCount]
    }
}
