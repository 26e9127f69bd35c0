import MediaControl
import PBXBase

/// A mix: who sits in it, at which rate it is made, and what of it is encoded once for several.
///
/// Plain memory of one worker; arrays are changed by commands only, never while sound is made.
struct Room: ~Copyable {
    /// Parties of one room; a conference of this size takes a whole core.
    static let seatsMax = 1_024
    static let sampleRates = [8_000, 16_000, 48_000]
    /// The longest step at the highest rate, in samples.
    static let stepSamplesMax = 960

    let id: MediaRoomID
    /// Acts on even or odd beats, so that rooms do not all act at once.
    let phase: Int
    var seats: [UnsafeMutablePointer<PortAudio>] = []
    /// Hz; the best that two parties can use.
    var sampleRate = 8_000
    var stepMilliseconds = 20
    /// What those who are silent hear, encoded once for each codec among them.
    var shared: [UnsafeMutablePointer<SharedPacket>] = []
    /// Plays to everybody.
    var player: Player?
    var tap: RoomTap?
    /// Who or what is in the mix of this step.
    var soundingCount = 0
    /// Steps made so far.
    var step = 0

    init(id: MediaRoomID, phase: Int) {
        self.id = id
        self.phase = phase
    }

    var stepSamples: Int { sampleRate * stepMilliseconds / 1_000 }

    /// Whom a player waits for: an empty room has nobody to play to.
    var isEmpty: Bool { seats.isEmpty }

    /// The second best rate among the parties, rounded up to what rooms have: what one alone can use is of no use.
    func bestRate() -> Int {
        var best = 0
        var second = 0
        for seat in seats {
            let rate = seat.pointee.soundRate
            if rate > best {
                second = best
                best = rate
            } else if rate > second {
                second = rate
            }
        }
        if second == 0 { second = best }
        return Self.sampleRates.first { $0 >= second } ?? 48_000
    }

    /// 20 ms, unless somebody's packets ask for 10.
    func bestStep() -> Int {
        for seat in seats where seat.pointee.sending?.stepMilliseconds == AudioClock.beatMilliseconds {
            return AudioClock.beatMilliseconds
        }
        return AudioClock.longStepMilliseconds
    }

    /// The packet that is made once for all silent listeners with this format; nil where there is none, since packets
    /// of another length than a step are each listener's own.
    func sharedPacket(for format: SendingFormat) -> UnsafeMutablePointer<SharedPacket>? {
        for index in 0..<shared.count where shared[index].pointee.serves(format) { return shared[index] }
        return nil
    }
}
