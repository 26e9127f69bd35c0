import Glibc
import Testing

@testable import MediaEngine

struct SPSCRingTests {
    @Test func refusesWhenFullAndKeepsOrder() {
        let ring = SPSCRing<String>(capacity: 4)
        #expect(ring.push("a") == .addedToEmpty)
        for text in ["b", "c", "d"] { #expect(ring.push(text) == .added) }
        #expect(ring.push("e") == .full)
        #expect(ring.pop() == "a")
        #expect(ring.push("e") == .added)
        #expect((0..<5).map { _ in ring.pop() } == ["b", "c", "d", "e", nil])
        #expect(ring.isEmpty)
        #expect(ring.push("f") == .addedToEmpty)
    }

    @Test func whatIsLeftIsFreedWithTheRing() {
        final class Probe: Sendable {}
        weak var left: Probe?
        do {
            let ring = SPSCRing<Probe>(capacity: 4)
            let probe = Probe()
            left = probe
            _ = ring.push(probe)
            #expect(left != nil)
        }
        #expect(left == nil)
    }

    /// Arrays through the ring from one thread to another: any slot seen by both at once would tear one.
    @Test func carriesValuesBetweenThreads() async throws {
        let ring = SPSCRing<[Int]>(capacity: 8)
        let count = 100_000
        let thread = try WorkerThread(name: "producer") {
            var next = 0
            while next < count {
                if ring.push([next, next + 1]) != .full { next += 1 } else { sched_yield() }
            }
        }
        var expected = 0
        while expected < count {
            guard let value = ring.pop() else {
                // The machine may be too busy to run both threads at once.
                sched_yield()
                continue
            }
            guard value == [expected, expected + 1] else {
                Issue.record("found \(value) where \(expected) was due")
                break
            }
            expected += 1
        }
        thread.join()
        #expect(expected == count)
    }
}
