import Glibc
import MediaControl
import Testing

@testable import MediaEngine

@Suite final class WorkerChannelTests {
    private let ends: (reading: Int32, writing: Int32)
    private let channel: WorkerChannel
    private let event = MediaEvent.silent(MediaPortID(worker: 0, slot: 1), afterSeconds: 1)

    init() throws {
        var descriptors: [Int32] = [0, 0]
        try #require(pipe(&descriptors) == 0)
        for descriptor in descriptors { _ = fcntl(descriptor, F_SETFL, O_NONBLOCK) }
        ends = (descriptors[0], descriptors[1])
        channel = try WorkerChannel(commandsMax: 4, eventsMax: 4, eventPipe: ends.writing)
    }

    deinit {
        close(ends.reading)
        close(ends.writing)
    }

    /// How often the core was woken since the last time.
    private func wakeUps() -> Int {
        var bytes: [UInt8] = Array(repeating: 0, count: 16)
        return max(0, read(ends.reading, &bytes, bytes.count))
    }

    @Test func theFirstEventWakesTheCore() {
        #expect(channel.report(event))
        #expect(channel.report(event))
        #expect(wakeUps() == 1)
    }

    @Test func anAttentiveCoreIsNotWokenAndIsToldAtTheEnd() {
        channel.attend()
        #expect(channel.report(event))
        #expect(wakeUps() == 0)
        #expect(channel.stopAttending())
        #expect(channel.events.pop() == event)
        #expect(channel.report(event))
        #expect(wakeUps() == 1)
    }

    @Test func anEventAfterTheEndOfAttentionWakesTheCore() {
        channel.attend()
        #expect(!channel.stopAttending())
        #expect(channel.report(event))
        #expect(wakeUps() == 1)
    }
}
