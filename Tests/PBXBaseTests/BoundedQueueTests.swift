import PBXBase
import Testing

@Suite struct BoundedQueueTests {
    @Test func refusesWhatExceedsItsCapacity() {
        var queue = BoundedQueue<Int>(capacity: 3)
        let taken = (1...4).map { queue.append($0) }
        #expect(taken == [true, true, true, false])
        #expect(queue.isFull)
        #expect(queue.popFirst() == 1)
        let isTakenNow = queue.append(4)
        #expect(isTakenNow)
    }

    @Test func keepsOrderWhileItWrapsAndGrows() {
        var queue = BoundedQueue<Int>(capacity: 1_000)
        var next = 0
        var expected = 0
        for round in 0..<200 {
            for _ in 0..<(round % 17) where queue.append(next) { next += 1 }
            for _ in 0..<(round % 11) {
                guard let value = queue.popFirst() else { continue }
                #expect(value == expected)
                expected += 1
            }
        }
        while let value = queue.popFirst() {
            #expect(value == expected)
            expected += 1
        }
        #expect(expected == next)
    }
}
