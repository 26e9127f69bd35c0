import PBXBase
import RTPGrammar
import Testing

struct RTPSendStreamTests {
    private var stream = RTPSendStream(
        ssrc: SSRC(0xAA), clockRate: 8_000, firstSequence: SequenceNumber(65_534),
        firstTimestamp: RTPTimestamp(0xFFFF_FF00))

    private func at(_ milliseconds: Int) -> Instant { Instant.zero + .milliseconds(milliseconds) }

    private func packet(_ ssrc: UInt32, _ sequence: UInt16, _ timestamp: UInt32, marker: Bool = false) -> RTPHeader {
        RTPHeader(
            marker: marker, payloadType: 8, sequenceNumber: SequenceNumber(sequence),
            timestamp: RTPTimestamp(timestamp), ssrc: SSRC(ssrc))
    }

    private mutating func forwarded(
        _ packet: RTPHeader, isTelephoneEvent: Bool = false, now: Instant
    ) throws -> RTPHeader {
        let sent = stream.forward(packet, isTelephoneEvent: isTelephoneEvent, now: now)
        return try #require(sent)
    }

    @Test mutating func ownSoundRunsOnOverBothWraps() {
        let sent = (0..<4).map {
            stream.originate(payloadType: 0, ticks: 160, payloadBytes: 160, now: at(20 * $0 + $0 % 2))
        }
        #expect(sent.map(\.sequenceNumber.value) == [65_534, 65_535, 0, 1])
        #expect(sent.map(\.timestamp.value) == [0xFFFF_FF00, 0xFFFF_FFA0, 0x40, 0xE0])
        #expect(sent.map(\.marker) == [true, false, false, false])
        #expect(stream.packetCount == 4)
        #expect(stream.byteCount == 640)
    }

    @Test mutating func lossAndReorderingOfASourceStayVisible() throws {
        let received: [(UInt16, UInt32)] = [(100, 1_000), (101, 1_160), (104, 1_640), (103, 1_480), (105, 1_800)]
        let sent = try received.enumerated().map { index, numbers in
            try forwarded(packet(1, numbers.0, numbers.1), now: at(20 * index))
        }
        let first = sent[0]
        #expect(sent.map { first.sequenceNumber.distance(to: $0.sequenceNumber) } == [0, 1, 4, 3, 5])
        #expect(sent.map { first.timestamp.distance(to: $0.timestamp) } == [0, 160, 640, 480, 800])
        #expect(sent.map(\.marker) == [true, false, false, false, false])
        #expect(sent.allSatisfy { $0.ssrc == SSRC(0xAA) && $0.payloadType == 8 })
    }

    @Test mutating func aTransferIsOneStreamToItsReceiver() throws {
        let music = stream.originate(payloadType: 8, ticks: 160, payloadBytes: 160, now: at(0))
        let first = try forwarded(packet(1, 700, 55), now: at(20))
        _ = stream.forward(packet(1, 701, 215), now: at(40))
        // Half a second later another phone, with numbers of its own.
        let second = try forwarded(packet(2, 9, 0xF000_0000), now: at(540))
        let third = try forwarded(packet(2, 10, 0xF000_00A0), now: at(560))
        #expect(music.sequenceNumber.distance(to: first.sequenceNumber) == 1)
        #expect(music.timestamp.distance(to: first.timestamp) == 160)
        #expect(first.sequenceNumber.distance(to: second.sequenceNumber) == 2)
        #expect(first.timestamp.distance(to: second.timestamp) == 160 + 4_000)
        #expect(second.timestamp.distance(to: third.timestamp) == 160)
        #expect([first, second, third].map(\.marker) == [true, true, false])
        let own = stream.originate(payloadType: 8, ticks: 160, payloadBytes: 160, now: at(580))
        #expect(third.sequenceNumber.distance(to: own.sequenceNumber) == 1)
        #expect(third.timestamp.distance(to: own.timestamp) == 160)
        #expect(own.marker)
    }

    @Test mutating func stragglersFitInOrAreDropped() throws {
        let first = try forwarded(packet(1, 100, 0), now: at(0))
        _ = stream.forward(packet(1, 102, 320), now: at(20))
        let other = try forwarded(packet(2, 500, 0), now: at(40))
        // The hole that the former source left is filled ...
        let late = try forwarded(packet(1, 101, 160), now: at(41))
        #expect(first.sequenceNumber.distance(to: late.sequenceNumber) == 1)
        #expect(first.timestamp.distance(to: late.timestamp) == 160)
        // ... but nothing comes before the first packet of the present one.
        let early = stream.forward(packet(2, 499, 0), now: at(42))
        #expect(early == nil)
        #expect(stream.stragglersDropped == 1)
        let next = try forwarded(packet(2, 501, 160), now: at(60))
        #expect(other.sequenceNumber.distance(to: next.sequenceNumber) == 1)
    }

    @Test mutating func aRestartUnderTheSameSSRCIsNoJump() throws {
        let first = try forwarded(packet(1, 100, 1_000), now: at(0))
        let restarted = try forwarded(packet(1, 40_000, 77), now: at(20))
        #expect(first.sequenceNumber.distance(to: restarted.sequenceNumber) == 1)
        #expect(first.timestamp.distance(to: restarted.timestamp) == 160)
        stream.sourceChanged()
        let moved = try forwarded(packet(1, 40_007, 5_000), now: at(40))
        #expect(restarted.sequenceNumber.distance(to: moved.sequenceNumber) == 1)
        #expect(moved.marker)
    }

    @Test mutating func longSourcesKeepTheirOffset() throws {
        var expected: SequenceNumber?
        for index in 0..<200_000 {
            let sent = try forwarded(
                packet(1, UInt16(truncatingIfNeeded: index), UInt32(index * 160)), now: at(20 * index))
            if let expected { #expect(sent.sequenceNumber == expected) }
            expected = sent.sequenceNumber.next
        }
    }

    @Test mutating func eventsDoNotStopTheClock() throws {
        let first = try forwarded(packet(1, 1, 0), now: at(0))
        for index in 1...10 {
            let event = try forwarded(
                packet(1, 1 + UInt16(index), 160), isTelephoneEvent: true, now: at(20 * index))
            #expect(first.timestamp.distance(to: event.timestamp) == 160)
            #expect(!event.marker)
        }
        let other = try forwarded(packet(2, 50, 0), now: at(220))
        #expect(first.timestamp.distance(to: other.timestamp) == 1_760)
    }

    @Test mutating func senderReportsExtrapolateTheTimestamp() throws {
        let now = Now(instant: at(1_000), wall: WallTime(microseconds: 1_768_212_000_000_000))
        #expect(stream.senderReport(now: now) == nil)
        let sent = stream.originate(payloadType: 8, ticks: 160, payloadBytes: 160, now: at(900))
        let report = try #require(stream.senderReport(now: now))
        #expect(sent.timestamp.distance(to: report.timestamp) == 800)
        #expect(report.ntp.wallTime == now.wall)
        #expect(report.packetCount == 1)
    }

    @Test func overwritesTheNumbersOnly() throws {
        var bytes: [UInt8] = [0x91, 0x08, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 9, 9, 9, 9, 0xBE, 0xDE, 0, 0, 42]
        let header = RTPHeader(
            marker: true, payloadType: 9, sequenceNumber: SequenceNumber(0x1234), timestamp: RTPTimestamp(0x5678_9ABC),
            ssrc: SSRC(0xDEAD_BEEF))
        var span = bytes.mutableSpan
        header.overwrite(&span)
        let fixed: [UInt8] = [0x91, 0x89, 0x12, 0x34, 0x56, 0x78, 0x9A, 0xBC, 0xDE, 0xAD, 0xBE, 0xEF]
        #expect(bytes == fixed + [9, 9, 9, 9, 0xBE, 0xDE, 0, 0, 42])
    }
}
