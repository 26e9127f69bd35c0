import ControlProtocol
import NIOCore
import Testing

@testable import ControlSocket

struct EventSubscriptionTests {
    private func event(_ seq: UInt64, _ topic: Topic = .calls) -> EncodedEvent {
        EncodedEvent(seq: seq, topic: topic, timestamp: "t\(seq)", line: ByteBuffer())
    }

    private func drained(_ subscription: inout EventSubscription) -> [UInt64] {
        var numbers: [UInt64] = []
        while let event = subscription.next() { numbers.append(event.seq) }
        return numbers
    }

    @Test func holdsEventsUntilTheSnapshotAndDropsThoseThatItShows() {
        var subscription = EventSubscription(eventsHeldMax: 10)
        subscription.offer(event(1))
        subscription.begin([.calls])
        for seq in UInt64(2)...6 { subscription.offer(event(seq)) }
        #expect(drained(&subscription).isEmpty)
        subscription.snapshotArrived(seq: 4)
        subscription.offer(event(7))
        #expect(drained(&subscription) == [5, 6, 7])
    }

    @Test func ignoresOtherTopics() {
        var subscription = EventSubscription(eventsHeldMax: 2)
        subscription.begin([.calls])
        subscription.snapshotArrived(seq: 0)
        for seq in UInt64(1)...9 { subscription.offer(event(seq, .system)) }
        subscription.offer(event(10))
        #expect(drained(&subscription) == [10])
        #expect(subscription.resynchronise() == nil)
    }

    @Test func countsEveryLostEventOnce() {
        var subscription = EventSubscription(eventsHeldMax: 3)
        subscription.begin([.calls])
        subscription.snapshotArrived(seq: 0)
        for seq in UInt64(1)...10 { subscription.offer(event(seq)) }
        #expect(drained(&subscription).isEmpty)
        #expect(subscription.resynchronise() == EventSubscription.Loss(count: 10, seq: 10, timestamp: "t10"))
        subscription.offer(event(11))
        subscription.snapshotArrived(seq: 10)
        #expect(drained(&subscription) == [11])
    }

    @Test func anOverflowBeforeTheSnapshotAsksForAnother() {
        var subscription = EventSubscription(eventsHeldMax: 2)
        subscription.begin([.calls])
        for seq in UInt64(1)...4 { subscription.offer(event(seq)) }
        subscription.snapshotArrived(seq: 1)
        subscription.offer(event(5))
        #expect(drained(&subscription).isEmpty)
        #expect(subscription.resynchronise()?.count == 5)
        subscription.snapshotArrived(seq: 5)
        subscription.offer(event(6))
        #expect(drained(&subscription) == [6])
    }

    @Test func eventsDroppedOnTheWayCountAsLost() {
        var subscription = EventSubscription(eventsHeldMax: 8)
        subscription.lost(EventSubscription.Loss(count: 1, seq: 1, timestamp: "t1"))
        #expect(subscription.resynchronise() == nil)
        subscription.begin([.calls])
        subscription.snapshotArrived(seq: 1)
        subscription.offer(event(2))
        subscription.lost(EventSubscription.Loss(count: 7, seq: 9, timestamp: "t9"))
        #expect(subscription.resynchronise() == EventSubscription.Loss(count: 8, seq: 9, timestamp: "t9"))
    }

    @Test func endingForgetsEverything() {
        var subscription = EventSubscription(eventsHeldMax: 1)
        subscription.begin([.calls])
        for seq in UInt64(1)...4 { subscription.offer(event(seq)) }
        subscription.end()
        subscription.snapshotArrived(seq: 9)
        #expect(subscription.topics.isEmpty)
        #expect(subscription.resynchronise() == nil)
        #expect(drained(&subscription).isEmpty)
    }
}
