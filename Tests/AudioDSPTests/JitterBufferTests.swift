import AudioDSP
import PBXBase
import RTPGrammar
import Testing

struct JitterBufferTests {
    private func header(
        _ sequence: Int, ticks: Int = 160, ssrc: UInt32 = 1, timestamp: UInt32? = nil, marker: Bool = false
    ) -> RTPHeader {
        RTPHeader(
            marker: marker, payloadType: 8, sequenceNumber: SequenceNumber(UInt16(truncatingIfNeeded: sequence)),
            timestamp: RTPTimestamp(timestamp ?? UInt32(truncatingIfNeeded: sequence * ticks)), ssrc: SSRC(ssrc))
    }

    private func at(_ milliseconds: Int) -> Instant { Instant.zero + .milliseconds(1_000 + milliseconds) }

    /// A buffer that has played packets 0..<count of 20 ms, each on time.
    private func playing(_ count: Int = 10) -> JitterBuffer {
        var settings = JitterBuffer.Settings(clockRate: 8_000)
        settings.delayInitialMilliseconds = 0
        var buffer = JitterBuffer(settings)
        for index in 0..<count {
            insert(index, at: 20 * index, into: &buffer)
            _ = buffer.next(now: at(20 * index + 5), pendingTicks: 0, neededTicks: 160)
        }
        return buffer
    }

    @discardableResult
    private func insert(
        _ sequence: Int, at milliseconds: Int, content: JitterBuffer.Content = .sound(ticks: 160), ssrc: UInt32 = 1,
        timestamp: UInt32? = nil, into buffer: inout JitterBuffer
    ) -> JitterBuffer.Insertion {
        let payload = [UInt8](repeating: UInt8(truncatingIfNeeded: sequence), count: 160)
        return buffer.insert(
            header(sequence, ssrc: ssrc, timestamp: timestamp), payload: payload.span, content: content,
            now: at(milliseconds))
    }

    private func next(_ buffer: inout JitterBuffer, at milliseconds: Int) -> JitterBuffer.Output {
        buffer.next(now: at(milliseconds), pendingTicks: 0, neededTicks: 160)
    }

    /// The sequence number of a packet put in by `insert`, modulo 256.
    private func played(_ output: JitterBuffer.Output, of buffer: borrowing JitterBuffer) -> Int? {
        guard case .packet(let packet) = output, let first = packet.payload.first else { return nil }
        return Int(buffer.storage[first])
    }

    @Test func playsInOrderWhatCameOutOfOrder() {
        var buffer = playing()
        for sequence in [11, 10, 13, 12] { insert(sequence, at: 200, into: &buffer) }
        for sequence in 10...13 {
            let output = next(&buffer, at: 20 * sequence + 5)
            #expect(played(output, of: buffer) == sequence)
        }
        #expect(buffer.counters.lost == 0)
    }

    @Test func aCopyIsADuplicateWhetherPlayedOrNot() {
        var buffer = playing()
        insert(10, at: 200, into: &buffer)
        let waiting = insert(10, at: 201, into: &buffer)
        #expect(waiting == .duplicate)
        let done = insert(9, at: 202, into: &buffer)
        #expect(done == .duplicate)
        #expect(buffer.counters.duplicates == 2)
    }

    @Test func lossIsToldWithTheNextPacketForItsRedundancy() {
        var buffer = playing()
        insert(11, at: 220, into: &buffer)
        let lost = next(&buffer, at: 225)
        guard case .lost(let ticks, let recovery?) = lost else {
            Issue.record("\(lost)")
            return
        }
        #expect(ticks == 160)
        #expect(buffer.storage[recovery.lowerBound] == 11)
        let output = next(&buffer, at: 245)
        #expect(played(output, of: buffer) == 11)
        let late = insert(10, at: 246, into: &buffer)
        #expect(late == .late)
        #expect(buffer.counters.late == 1)
        #expect(buffer.counters.lost == 1)
    }

    @Test func severalInARowAreToldOneByOne() {
        var buffer = playing()
        insert(13, at: 260, into: &buffer)
        for index in 0..<3 {
            let lost = next(&buffer, at: 205 + 20 * index)
            guard case .lost(160, let recovery) = lost else {
                Issue.record("\(lost)")
                return
            }
            #expect((recovery != nil) == (index == 2))
        }
        let output = next(&buffer, at: 265)
        #expect(played(output, of: buffer) == 13)
    }

    /// The sound stands still for a packet that is late, and does not lose it.
    @Test func aLatePacketIsPlayedAfterAnUnderrun() {
        var buffer = playing()
        let empty = next(&buffer, at: 205)
        #expect(empty == .underrun)
        insert(10, at: 215, into: &buffer)
        let output = next(&buffer, at: 225)
        #expect(played(output, of: buffer) == 10)
        #expect(buffer.counters.underruns == 1)
        #expect(buffer.counters.lost == 0)
        #expect(buffer.counters.late == 0)
    }

    /// What was concealed while waiting counts when the packet turns out lost: the delay is what it was.
    @Test func waitingForALostPacketAddsNoDelay() throws {
        var buffer = playing()
        let before = buffer.presentDelay(now: at(205))
        _ = next(&buffer, at: 205)
        insert(11, at: 220, into: &buffer)
        let output = next(&buffer, at: 225)
        #expect(played(output, of: buffer) == 11)
        #expect(buffer.counters.lost == 1)
        let after = buffer.presentDelay(now: at(245))
        #expect(try #require(before) == #require(after))
    }

    @Test func silenceOfTheSenderIsAPauseNotALoss() {
        var buffer = playing()
        insert(10, at: 200, content: .comfortNoise, into: &buffer)
        let noise = next(&buffer, at: 205)
        #expect(played(noise, of: buffer) == 10)
        for time in stride(from: 225, to: 1_000, by: 20) {
            let output = next(&buffer, at: time)
            #expect(output == .pause)
        }
        insert(11, at: 1_000, timestamp: 8_000, into: &buffer)
        let output = next(&buffer, at: 1_006)
        #expect(played(output, of: buffer) == 11)
        #expect(buffer.counters.lost == 0)
        #expect(buffer.counters.underruns == 0)
    }

    @Test func digitsAreNoLoss() {
        var buffer = playing()
        for sequence in 10...14 {
            let event = insert(sequence, at: 20 * sequence, content: .telephoneEvent, timestamp: 1_600, into: &buffer)
            #expect(event == .event)
            _ = next(&buffer, at: 20 * sequence + 5)
        }
        insert(15, at: 300, into: &buffer)
        let output = next(&buffer, at: 305)
        #expect(played(output, of: buffer) == 15)
        #expect(buffer.counters.lost == 0)
    }

    @Test func aNewSourceStartsAnew() {
        var buffer = playing()
        insert(10, at: 200, into: &buffer)
        insert(40_000, at: 201, ssrc: 2, timestamp: 77, into: &buffer)
        let output = next(&buffer, at: 206)
        #expect(played(output, of: buffer) == 40_000 % 256)
        #expect(buffer.counters.discarded == 1)
    }

    @Test func aStrayPacketIsNotBelievedARestartIs() {
        var buffer = playing()
        let stray = insert(30_000, at: 200, timestamp: 9, into: &buffer)
        #expect(stray == .outlier)
        insert(10, at: 201, into: &buffer)
        let output = next(&buffer, at: 206)
        #expect(played(output, of: buffer) == 10)
        insert(50_000, at: 220, timestamp: 9, into: &buffer)
        let second = insert(50_001, at: 240, timestamp: 169, into: &buffer)
        #expect(second == .stored)
        let restarted = next(&buffer, at: 246)
        #expect(played(restarted, of: buffer) == 50_001 % 256)
    }

    @Test func aJumpOfTheTimestampIsFollowed() {
        var buffer = playing()
        insert(10, at: 200, timestamp: 3_000_000_000, into: &buffer)
        insert(11, at: 220, timestamp: 3_000_000_160, into: &buffer)
        for sequence in 10...11 {
            let output = next(&buffer, at: 20 * sequence + 6)
            #expect(played(output, of: buffer) == sequence)
        }
        #expect(buffer.counters.resynchronised == 1)
    }

    @Test func tooMuchAtOnceIsThrownAwayAndCounted() {
        var buffer = playing()
        for sequence in 10..<500 { insert(sequence, at: 200, into: &buffer) }
        #expect(buffer.counters.discarded > 0)
        let stored = buffer.counters.stored
        #expect(stored == 500)
        let output = next(&buffer, at: 205)
        #expect(output != .underrun)
    }

    @Test func unusablePayloadsAreRefused() {
        var settings = JitterBuffer.Settings(clockRate: 8_000)
        settings.payloadBytesMax = 100
        var buffer = JitterBuffer(settings)
        let long = [UInt8](repeating: 0, count: 101)
        let tooLong = buffer.insert(header(1), payload: long.span, content: .sound(ticks: 101), now: at(0))
        #expect(tooLong == .unusable)
        let short = [UInt8](repeating: 0, count: 1)
        for ticks in [Int.min / 2_000, -1, 0, 7, 1_000_000] {
            let odd = buffer.insert(header(1), payload: short.span, content: .sound(ticks: ticks), now: at(0))
            #expect(odd == .unusable)
        }
        #expect(buffer.counters.unusable == 6)
    }

    @Test func anythingMayArriveWithoutATrap() {
        var random = SeededRandom(seed: 4)
        var settings = JitterBuffer.Settings(clockRate: 48_000)
        settings.slots = 16
        settings.payloadBytesMax = 16
        var buffer = JitterBuffer(settings)
        var now = 0
        for _ in 0..<100_000 {
            let sequence = Int.random(in: 0...3, using: &random) == 0 ? Int.random(in: 0...70_000, using: &random) : now
            let contents: [JitterBuffer.Content] = [
                .sound(ticks: Int.random(in: -10...6_000, using: &random)), .lastSound(ticks: 960), .comfortNoise,
                .telephoneEvent,
            ]
            let payload = [UInt8](repeating: 1, count: Int.random(in: 0...17, using: &random))
            let isOdd = Int.random(in: 0...20, using: &random) == 0
            _ = buffer.insert(
                header(
                    sequence, ticks: 960, ssrc: isOdd ? 2 : 1,
                    timestamp: isOdd ? UInt32.random(in: 0 ... .max, using: &random) : nil),
                payload: payload.span, content: contents[Int.random(in: 0...3, using: &random)], now: at(now * 20))
            _ = buffer.next(
                now: at(now * 20), pendingTicks: Int.random(in: 0...960, using: &random), neededTicks: 960)
            if Int.random(in: 0...2, using: &random) > 0 { now += 1 }
        }
        #expect(buffer.counters.stored > 0)
    }
}
