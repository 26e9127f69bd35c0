import PBXBase
import Testing

@Suite struct DeadlineHeapTests {
    private func at(_ milliseconds: Int) -> Instant { .zero + .milliseconds(milliseconds) }

    @Test func keysComeInOrderOfTheirDeadlines() {
        var heap = DeadlineHeap<String>()
        heap.schedule("late", at: at(30))
        heap.schedule("early", at: at(10))
        heap.schedule("middle", at: at(20))
        #expect(heap.deadline == at(10))
        #expect(heap.popDue(now: at(9)) == nil)
        #expect(heap.popDue(now: at(25)) == "early")
        #expect(heap.popDue(now: at(25)) == "middle")
        #expect(heap.popDue(now: at(25)) == nil)
        #expect(heap.deadline == at(30))
    }

    @Test func equalDeadlinesKeepTheOrderOfScheduling() {
        var heap = DeadlineHeap<Int>()
        for key in 0..<20 { heap.schedule(key, at: at(5)) }
        #expect((0..<20).map { _ in heap.popDue(now: at(5)) } == (0..<20).map { $0 })
    }

    @Test func movingAKeyLeavesOnlyItsLastDeadline() {
        var heap = DeadlineHeap<String>()
        heap.schedule("a", at: at(10))
        heap.schedule("a", at: at(40))
        #expect(heap.deadline(of: "a") == at(40))
        #expect(heap.popDue(now: at(39)) == nil)
        #expect(heap.popDue(now: at(40)) == "a")
        #expect(heap.isEmpty)
    }

    @Test func aCancelledKeyIsNeverDue() {
        var heap = DeadlineHeap<String>()
        heap.schedule("a", at: at(10))
        heap.cancel("a")
        #expect(heap.deadline == nil)
        #expect(heap.popDue(now: at(1_000)) == nil)
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func agreesWithASortedList(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var heap = DeadlineHeap<Int>()
        var model: [Int: Int] = [:]
        var clock = 0
        for _ in 0..<20_000 {
            let key = Int.random(in: 0..<200, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0, 1:
                let due = clock + Int.random(in: 1...500, using: &random)
                heap.schedule(key, at: at(due))
                model[key] = due
            case 2:
                heap.cancel(key)
                model[key] = nil
            default:
                clock += Int.random(in: 0...20, using: &random)
                while let due = heap.popDue(now: at(clock)) {
                    #expect(model[due].map { $0 <= clock } == true)
                    model[due] = nil
                }
                #expect(model.values.allSatisfy { $0 > clock })
            }
            #expect(heap.count == model.count)
        }
    }
}
