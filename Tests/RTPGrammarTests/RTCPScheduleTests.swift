import PBXBase
import RTPGrammar
import Testing

struct RTCPScheduleTests {
    private var random = SeededRandom(seed: 5)

    /// Times between reports, in seconds, over a long call.
    private mutating func intervals(
        count: Int, members: Int = 2, reportBytes: Int = 100, bandwidth: Int = 500
    ) -> [Double] {
        var now = Instant.zero
        var schedule = RTCPSchedule(
            bandwidthBytesPerSecond: bandwidth, reportBytes: reportBytes, now: now, random: &random)
        schedule.membersChanged(to: members, senders: members, hasSent: true, now: now)
        var last = now
        var result: [Double] = []
        while result.count < count {
            now = max(now, schedule.deadline)
            guard schedule.timeoutReached(now: now, random: &random) else { continue }
            schedule.reportSent(bytes: reportBytes, now: now, random: &random)
            result.append(Double((now - last).nanoseconds) / 1e9)
            last = now
        }
        return result
    }

    @Test mutating func reportsComeEveryFiveSecondsAtRandom() {
        let all = intervals(count: 2_000)
        // Half the minimum at the start (RFC 3550 §6.2).
        #expect((2.5 * 0.5 / 1.22...2.5 * 1.5 / 1.21).contains(all[0]))
        let later = all.dropFirst()
        #expect(later.allSatisfy { (5 * 0.5 / 1.22...5 * 1.5 / 1.21).contains($0) })
        // Reconsideration and its compensation bring the mean back to the calculated interval.
        let mean = later.reduce(0, +) / Double(later.count)
        #expect((4.75...5.25).contains(mean))
        #expect(Set(later.map { Int($0 * 10) }).count > 20)
    }

    @Test mutating func manyMembersShareTheBandwidth() {
        let later = intervals(count: 1_000, members: 100).dropFirst(50)
        // 100 members, 128 bytes each, 500 bytes a second.
        let mean = later.reduce(0, +) / Double(later.count)
        #expect((23...28).contains(mean))
    }

    @Test mutating func leavingMembersBringTheReportNearer() {
        var schedule = RTCPSchedule(now: .zero, random: &random)
        schedule.membersChanged(to: 100, senders: 100, hasSent: true, now: .zero)
        while !schedule.timeoutReached(now: schedule.deadline, random: &random) {}
        let now = schedule.deadline
        schedule.reportSent(bytes: 100, now: now, random: &random)
        let before = schedule.deadline - now
        schedule.membersChanged(to: 2, senders: 2, hasSent: true, now: now)
        #expect(schedule.deadline - now < .milliseconds(before.milliseconds / 40))
    }
}

struct RTCPSessionTests {
    private struct End {
        var session: RTCPSession
        var stream: RTPSendStream
        var reception = ReceptionStatistics()
    }

    private var random = SeededRandom(seed: 3)

    private func now(_ milliseconds: Int, clockError: Int64 = 0) -> Now {
        Now(
            instant: Instant.zero + .milliseconds(milliseconds),
            wall: WallTime(microseconds: 1_768_212_000_000_000 + clockError + Int64(milliseconds) * 1_000))
    }

    private mutating func end(_ ssrc: UInt32) -> End {
        End(
            session: RTCPSession(ssrc: SSRC(ssrc), canonicalName: "x", now: .zero, random: &random),
            stream: RTPSendStream(
                ssrc: SSRC(ssrc), clockRate: 8_000, firstSequence: SequenceNumber(0), firstTimestamp: RTPTimestamp(0)))
    }

    /// Two ends 70 ms apart for a minute; the second one's wall clock is an hour off.
    private mutating func conversation(hasSecondSound: Bool) -> (End, End) {
        let delay = 70
        let error: Int64 = 3_600_000_000
        var first = end(1)
        var second = end(2)
        var toFirst: [(Int, [UInt8])] = []
        var toSecond: [(Int, [UInt8])] = []
        for time in stride(from: 0, to: 60_000, by: 10) {
            if time % 20 == 0 {
                let header = first.stream.originate(
                    payloadType: 0, ticks: 160, payloadBytes: 160, now: now(time).instant)
                if time % 200 != 0 {
                    second.reception.packetReceived(header, now: now(time + delay).instant, clockRate: 8_000)
                }
                if hasSecondSound {
                    let back = second.stream.originate(
                        payloadType: 0, ticks: 160, payloadBytes: 160, now: now(time).instant)
                    first.reception.packetReceived(back, now: now(time + delay).instant, clockRate: 8_000)
                }
            }
            while let next = toFirst.first, next.0 <= time {
                first.session.received(next.1.span, now: now(time))
                toFirst.removeFirst()
            }
            while let next = toSecond.first, next.0 <= time {
                second.session.received(next.1.span, now: now(time, clockError: error))
                toSecond.removeFirst()
            }
            var bytes: [UInt8] = []
            if let due = first.session.deadline, due <= now(time).instant,
                first.session.timeoutReached(
                    now: now(time), stream: first.stream, reception: &first.reception, random: &random, into: &bytes)
            {
                toSecond.append((time + delay, bytes))
            }
            bytes = []
            if let due = second.session.deadline, due <= now(time).instant,
                second.session.timeoutReached(
                    now: now(time, clockError: error), stream: second.stream, reception: &second.reception,
                    random: &random, into: &bytes)
            {
                toFirst.append((time + delay, bytes))
            }
        }
        return (first, second)
    }

    @Test mutating func bothEndsLearnTheRoundTripAndTheLoss() throws {
        let (first, second) = conversation(hasSecondSound: true)
        let trip = try #require(first.session.roundTrip)
        #expect((139...151).contains(trip.milliseconds))
        #expect((139...151).contains(try #require(second.session.roundTrip).milliseconds))
        let block = try #require(first.session.peerBlock)
        // One packet in ten is lost.
        #expect((23...28).contains(Int(block.fractionLost)))
        #expect((200...310).contains(Int(block.packetsLost)))
        #expect(try #require(second.session.peerBlock).packetsLost == 0)
    }

    @Test mutating func aListenerMeasuresByItsReferenceTime() throws {
        let (first, second) = conversation(hasSecondSound: false)
        #expect(first.session.roundTrip != nil)
        #expect((139...151).contains(try #require(second.session.roundTrip).milliseconds))
    }

    @Test mutating func goodbyeEndsIt() throws {
        var (first, second) = conversation(hasSecondSound: true)
        var bytes: [UInt8] = []
        first.session.ended(now: now(60_000), stream: first.stream, reception: &first.reception, into: &bytes)
        #expect(first.session.deadline == nil)
        second.session.received(bytes.span, now: now(60_070))
        #expect(second.session.isPeerGone)
        let refused = second.session.packetsRefused
        let noise = [UInt8](repeating: 1, count: 9)
        second.session.received(noise.span, now: now(60_080))
        #expect(second.session.packetsRefused == refused + 1)
    }
}
