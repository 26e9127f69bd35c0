import AudioDSP
import PBXBase
import RTPGrammar
import Testing

struct DigitReceiverTests {
    private func packets(_ digit: Character, start: UInt32, milliseconds: Int = 100) throws -> [DigitSender.Packet] {
        var sender = try #require(
            DigitSender(digit: digit, start: RTPTimestamp(start), milliseconds: milliseconds))
        var packets: [DigitSender.Packet] = []
        while let packet = sender.next() { packets.append(packet) }
        return packets
    }

    private func digits(in packets: [DigitSender.Packet]) -> String {
        var receiver = DigitReceiver()
        var digits = packets.compactMap { receiver.received($0)?.digit }
        if let last = receiver.flush() { digits.append(last.digit) }
        return String(digits)
    }

    @Test func aDigitIsSentAsTheStandardWantsIt() throws {
        let packets = try packets("5", start: 1_000)
        #expect(packets.map(\.marker) == [true, false, false, false, false, false, false])
        #expect(packets.map(\.event.duration) == [160, 320, 480, 640, 800, 800, 800])
        #expect(packets.map(\.event.isEnd) == [false, false, false, false, true, true, true])
        #expect(packets.allSatisfy { $0.timestamp == RTPTimestamp(1_000) && $0.event.code == 5 })
    }

    @Test func onlyKeysCanBeSent() {
        #expect(DigitSender(digit: "x", start: RTPTimestamp(0)) == nil)
        #expect(DigitSender(digit: "5", start: RTPTimestamp(0), ticksPerPacket: 0) == nil)
    }

    @Test func longAndOddLengthsStayInRange() throws {
        let long = try packets("1", start: 0, milliseconds: .max)
        #expect(long.last?.event.duration == 64_000)
        let short = try packets("1", start: 0, milliseconds: -1)
        #expect(short.map(\.event.isEnd) == [true, true, true])
    }

    @Test func eachKeyIsHeardOnce() throws {
        var all: [DigitSender.Packet] = []
        for (index, digit) in "1599#*A".enumerated() { all += try packets(digit, start: UInt32(index) * 2_000) }
        #expect(digits(in: all) == "1599#*A")
    }

    /// Whichever packets of a digit get lost, and however the rest is repeated, as long as one arrives.
    @Test func lossAndRepetitionDoNotMatter() throws {
        let one = try packets("1", start: 4_294_966_800)
        let two = try packets("2", start: 1_500)
        for kept in 1..<(1 << one.count) {
            let arrived = one.indices.filter { kept & 1 << $0 != 0 }.map { one[$0] }
            #expect(digits(in: arrived + two) == "12")
            #expect(digits(in: arrived + arrived + two + two.suffix(2)) == "12")
        }
    }

    @Test func lateCopiesOfAnOlderDigitAreIgnored() throws {
        let one = try packets("1", start: 0)
        let two = try packets("2", start: 2_000)
        #expect(digits(in: one.dropLast() + two.prefix(2) + one.suffix(1) + two.suffix(3)) == "12")
    }

    @Test func theDurationIsToldAtTheEnd() throws {
        var receiver = DigitReceiver()
        let found = try packets("7", start: 0, milliseconds: 60).compactMap { receiver.received($0) }
        #expect(found == [DigitReceiver.Digit(digit: "7", duration: 480)])
    }

    /// The key stays down for 20 seconds: RFC 4733 §2.5.1.3 makes three segments of it.
    @Test func aLongPressIsOneDigit() {
        var receiver = DigitReceiver()
        var found: [DigitReceiver.Digit] = []
        for tick in stride(from: 160, through: 160_000, by: 160) {
            let segment = (tick - 1) / 0xFFFF
            let event = TelephoneEvent(
                code: 5, isEnd: tick == 160_000, duration: UInt16(min(0xFFFF, tick - segment * 0xFFFF)))
            let packet = DigitSender.Packet(
                event: event, timestamp: RTPTimestamp(UInt32(segment * 0xFFFF)), marker: tick == 160)
            if let digit = receiver.received(packet, atMilliseconds: tick / 8) { found.append(digit) }
        }
        #expect(found == [DigitReceiver.Digit(digit: "5", duration: 160_000)])
    }

    /// At 48 kHz, as beside Opus, three seconds are more than 16 bits count: sender and receiver agree on what then.
    @Test func aLongPressAtAFastClockIsSentInSegments() throws {
        var sender = try #require(
            DigitSender(
                digit: "2", start: RTPTimestamp(.max - 5), ticksPerPacket: 960, milliseconds: 3_000, clockRate: 48_000))
        var receiver = DigitReceiver()
        var found: [DigitReceiver.Digit] = []
        var timestamps: Set<RTPTimestamp> = []
        while let packet = sender.next() {
            timestamps.insert(packet.timestamp)
            if let digit = receiver.received(packet) { found.append(digit) }
        }
        #expect(found == [DigitReceiver.Digit(digit: "2", duration: 144_000)])
        #expect(timestamps.count == 3)
    }

    /// Not standard: the duration simply runs over.
    @Test func aDurationThatRunsOverIsOneDigit() {
        var receiver = DigitReceiver()
        var found: [DigitReceiver.Digit] = []
        for tick in stride(from: 160, through: 96_000, by: 160) {
            let event = TelephoneEvent(
                code: 9, isEnd: tick == 96_000, duration: UInt16(truncatingIfNeeded: tick))
            let packet = DigitSender.Packet(event: event, timestamp: RTPTimestamp(7), marker: tick == 160)
            if let digit = receiver.received(packet, atMilliseconds: tick / 8) { found.append(digit) }
        }
        #expect(found == [DigitReceiver.Digit(digit: "9", duration: 96_000)])
    }

    @Test func aDigitWithoutEndEndsInTime() throws {
        var receiver = DigitReceiver()
        let press = try packets("3", start: 0).filter { !$0.event.isEnd }
        let early = press.compactMap { receiver.received($0) }
        #expect(early.isEmpty)
        #expect(receiver.keyDown == "3")
        let deadline = try #require(receiver.deadline)
        let results = [deadline - .milliseconds(1), deadline, deadline + .seconds(1)].map {
            receiver.timeout(now: $0)?.digit
        }
        #expect(results == [nil, "3", nil])
        #expect(receiver.deadline == nil && receiver.keyDown == nil)
    }

    /// Some phones give each copy of the end a timestamp of its own.
    @Test func copiesOfTheEndWithNewTimestampsAreNoNewDigits() throws {
        var receiver = DigitReceiver()
        var found = ""
        for (index, packet) in try packets("4", start: 0).enumerated() {
            var packet = packet
            if packet.event.isEnd { packet.timestamp = packet.timestamp.advanced(by: index * 160) }
            if let digit = receiver.received(packet, atMilliseconds: index * 20) { found.append(digit.digit) }
        }
        #expect(found == "4")
    }

    /// A re-INVITE gives the phone a new SSRC and new timestamps, before, within and after a press.
    @Test(arguments: 0...7) func aNewStreamIsNoNewDigit(packetsBefore: Int) throws {
        var receiver = DigitReceiver()
        var found = ""
        for (index, packet) in try packets("8", start: 3_000_000_000).enumerated() {
            var packet = packet
            let ssrc: UInt32 = index < packetsBefore ? 1 : 2
            if ssrc == 2 { packet.timestamp = RTPTimestamp(50) }
            if let digit = receiver.received(packet, ssrc: ssrc, atMilliseconds: index * 20) {
                found.append(digit.digit)
            }
        }
        #expect(found == "8")
        for packet in try packets("8", start: 3_000) {
            if let digit = receiver.received(packet, ssrc: 2, atMilliseconds: 400) { found.append(digit.digit) }
        }
        #expect(found == "88")
    }

    /// The clock of a sender that starts over with the same SSRC may stand anywhere.
    @Test func aClockSetBackDoesNotDeafen() throws {
        var receiver = DigitReceiver()
        var found = ""
        for (index, start) in [2_000_000_000, 1_000, 900_000_000].enumerated() {
            for packet in try packets("6", start: UInt32(start)) {
                if let digit = receiver.received(packet, atMilliseconds: 1_000 * index) { found.append(digit.digit) }
            }
        }
        #expect(found == "666")
    }

    @Test func flashAndLettersPass() throws {
        var all: [DigitSender.Packet] = []
        for (index, digit) in "ABCD!".enumerated() { all += try packets(digit, start: UInt32(index) * 2_000) }
        #expect(digits(in: all) == "ABCD!")
    }

    @Test func tonesThatAreNoKeysArePassedOver() {
        var receiver = DigitReceiver()
        for code in UInt8(17)...255 {
            let packet = DigitSender.Packet(
                event: TelephoneEvent(code: code, isEnd: true, duration: 800), timestamp: RTPTimestamp(0), marker: true)
            let digit = receiver.received(packet)
            #expect(digit == nil)
        }
    }

    /// Nonsense gives digits at most as often as packets, and never a trap.
    @Test func nonsenseDoesNoHarm() {
        var random = SeededRandom(seed: 1)
        var receiver = DigitReceiver()
        for index in 0..<20_000 {
            let event = TelephoneEvent(
                code: UInt8.random(in: 0...17, using: &random), isEnd: Bool.random(using: &random),
                duration: UInt16.random(in: 0...UInt16.max, using: &random))
            let packet = DigitSender.Packet(
                event: event, timestamp: RTPTimestamp(UInt32.random(in: 0...UInt32.max, using: &random)),
                marker: Bool.random(using: &random))
            let digit = receiver.received(
                packet, ssrc: UInt32.random(in: 0...2, using: &random), atMilliseconds: index)
            #expect((digit?.duration ?? 0) >= 0)
        }
    }
}

extension DigitReceiver {
    fileprivate mutating func received(
        _ packet: DigitSender.Packet, ssrc: UInt32 = 1, atMilliseconds: Int = 0
    ) -> Digit? {
        received(
            packet.event, timestamp: packet.timestamp, ssrc: SSRC(ssrc), marker: packet.marker,
            now: .zero + .milliseconds(atMilliseconds))
    }
}
