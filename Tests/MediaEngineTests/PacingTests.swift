import PBXBase
import Testing

@testable import MediaEngine

struct PacingTests {
    @Test func ticksWhenBusyAndStopsWhenQuiet() {
        var pacing = Pacing()
        var now = Instant(nanoseconds: 1_000_000_000_000)
        func pass(packetsPerMillisecond: Double, milliseconds: Int) {
            var owed = 0.0
            for _ in 0..<milliseconds {
                now = now + .milliseconds(1)
                owed += packetsPerMillisecond
                pacing.wokeUp(packets: Int(owed), now: now)
                owed -= owed.rounded(.down)
            }
        }
        pass(packetsPerMillisecond: 0.1, milliseconds: 500)
        #expect(!pacing.isTicking)
        pass(packetsPerMillisecond: 10, milliseconds: 101)
        #expect(pacing.isTicking)
        // Nothing was passed on: what comes waits for a beat anyway. The first packet that is changes that at once.
        #expect(pacing.nextTick == now + .milliseconds(5))
        pacing.forwarded()
        #expect(pacing.nextTick == now + .milliseconds(1))
        // Between the two thresholds it stays as it is.
        pass(packetsPerMillisecond: 0.8, milliseconds: 500)
        #expect(pacing.isTicking)
        pass(packetsPerMillisecond: 0.1, milliseconds: 101)
        #expect(!pacing.isTicking)
        pass(packetsPerMillisecond: 0.8, milliseconds: 500)
        #expect(!pacing.isTicking)
    }

    @Test func aLongSleepIsNoBusyness() {
        var pacing = Pacing()
        var now = Instant(nanoseconds: 1_000_000_000_000)
        for _ in 0..<100 {
            now = now + .seconds(1)
            pacing.wokeUp(packets: 70, now: now)
        }
        #expect(!pacing.isTicking)
    }
}
