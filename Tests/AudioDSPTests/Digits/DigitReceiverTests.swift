import AudioDSP
import RTPGrammar
import Testing

struct DigitTests {
    private func packets(_ digit: Character, start: UInt32, milliseconds: Int = 100) throws -> [DigitSender.Packet] {
        var sender = try #require(
            DigitSender(digit: digit, start: RTPTimestamp(start), milliseconds: milliseconds))
        var packets: [DigitSender.Packet] = []
        while let packet = sender.next() { packets.append(packet) }
        return packets
    }

    private func digits(in packets: [DigitSender.Packet]) -> String {
        var receiver = DigitReceiver()
        var digits = packets.compactMap { receiver.received($0.event, timestamp: $0.timestamp)?.digit }
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
        let found = try packets("7", start: 0, milliseconds: 60).compactMap {
            receiver.received($0.event, timestamp: $0.timestamp)
        }
        #expect(found == [DigitReceiver.Digit(digit: "7", duration: 480)])
    }
}
