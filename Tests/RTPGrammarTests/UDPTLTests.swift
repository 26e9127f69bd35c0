import PBXBase
import RTPGrammar
import Testing

struct UDPTLTests {
    private func datagrams(_ packets: [[UInt8]], bytesMax: Int = 400) -> [[UInt8]] {
        var sender = UDPTLSender(datagramBytesMax: bytesMax)
        return packets.map { packet in
            var bytes = [UInt8](repeating: 0, count: UDPTLSender.datagramBytesMax)
            var span = bytes.mutableSpan
            let count = sender.write(packet.span, into: &span)
            return Array(bytes.prefix(count))
        }
    }

    private func received(_ datagrams: [[UInt8]], by receiver: inout UDPTLReceiver) throws -> [[UInt8]] {
        var packets: [[UInt8]] = []
        for datagram in datagrams {
            try receiver.received(datagram.span) { range, _ in packets.append(Array(datagram[range])) }
        }
        return packets
    }

    /// T.38 §9.1: number, length and packet, the bit for copies, their count, then each with its length.
    @Test func aDatagramIsAsTheRecommendationHasIt() throws {
        let written = datagrams([[0xA0], [0xC0, 1, 2]])
        #expect(written[0] == [0, 0, 1, 0xA0, 0, 0])
        #expect(written[1] == [0, 1, 3, 0xC0, 1, 2, 0, 1, 1, 0xA0])
        let second = written[1]
        let view = try UDPTLDatagram(second.span)
        #expect(view.sequence.value == 1)
        #expect(Array(second[view.packet]) == [0xC0, 1, 2])
        #expect(view.recovery == .copies(1))
        let copies = [1, 2].map { view.copy(second.span, distance: $0) }
        #expect(copies[0].map { Array(second[$0]) } == [0xA0])
        #expect(copies[1] == nil)
    }

    @Test func longPacketsHaveLengthsOfTwoBytes() throws {
        let packet = [UInt8](repeating: 7, count: 300)
        var receiver = UDPTLReceiver()
        let written = datagrams([packet, [1]], bytesMax: 1_000)
        #expect(written[0].prefix(5) == [0, 0, 0x81, 0x2C, 7])
        #expect(try received(written, by: &receiver) == [packet, [1]])
    }

    @Test func lossesUpToTheCopiesAreMadeGood() throws {
        let packets = (0..<200).map { [UInt8(truncatingIfNeeded: $0), 1, 2, 3] }
        let kept = datagrams(packets).enumerated().filter { $0.offset % 4 == 0 || $0.offset == 199 }.map(\.element)
        var receiver = UDPTLReceiver()
        #expect(try received(kept, by: &receiver) == packets)
        #expect(receiver.packetsLost == 0)
        #expect(receiver.packetsRecovered == 149)
    }

    @Test func whatNoCopyBringsIsCountedAndLateOnesAreNotRepeated() throws {
        let packets = (0..<20).map { [UInt8($0)] }
        var written = datagrams(packets)
        written.removeSubrange(5..<10)
        written.insert(written[2], at: 4)
        written.insert(written[0], at: 9)
        var receiver = UDPTLReceiver()
        // Three of the five lost are in the copies of the next.
        #expect(try received(written, by: &receiver) == Array(packets[..<5]) + Array(packets[7...]))
        #expect(receiver.packetsLost == 2)
    }

    @Test func aSenderThatBeginsAnewIsFollowed() throws {
        var receiver = UDPTLReceiver()
        let long = datagrams((0..<300).map { [UInt8(truncatingIfNeeded: $0)] })
        _ = try received(Array(long.suffix(2)), by: &receiver)
        #expect(try received(datagrams([[42], [43]]), by: &receiver) == [[42], [43]])
    }

    /// The peer's largest datagram limits the copies, never the packet itself.
    @Test func copiesKeepToThePeersLargestDatagram() throws {
        let usual = (0..<9).map { [UInt8](repeating: UInt8($0), count: 60) }
        let fitting = datagrams(usual, bytesMax: 200)
        #expect(fitting.map(\.count).max() == 60 + 5 + 2 * 61)
        let packets = (0..<5).map { [UInt8](repeating: UInt8($0), count: 300) }
        let written = datagrams(packets, bytesMax: 100)
        #expect(written.allSatisfy { $0.count == 300 + 6 })
        let last = written[4]
        #expect(try UDPTLDatagram(last.span).recovery == .copies(0))
    }

    @Test func parityIsUnderstoodAsFarAsThePacketItself() throws {
        let datagram: [UInt8] = [0, 9, 1, 0xAA, 0x80, 1, 3, 2, 1, 0x55, 1, 0x66]
        let view = try UDPTLDatagram(datagram.span)
        #expect(view.recovery == .parity(span: 3, count: 2))
        var receiver = UDPTLReceiver()
        #expect(try received([datagram], by: &receiver) == [[0xAA]])
    }

    @Test(
        arguments: [
            [], [0, 1], [0, 1, 0], [0, 1, 5, 1, 2], [0, 1, 1, 7, 0], [0, 1, 1, 7, 0, 1], [0, 1, 1, 7, 0, 1, 9, 1],
            [0, 1, 0xC1, 7, 0, 0], [0, 1, 0x80], [0, 1, 1, 7, 0x80, 2, 0, 3, 0],
            [0, 1, 1, 7, 0, 0, 9],
        ] as [[UInt8]])
    func brokenDatagramsAreRefused(_ bytes: [UInt8]) {
        #expect(throws: RTPSyntaxError.self) { _ = try UDPTLDatagram(bytes.span) }
    }

    @Test func noBytesLeadOutOfTheDatagram() throws {
        var random = SeededRandom(seed: 38)
        var receiver = UDPTLReceiver()
        for _ in 0..<20_000 {
            let count = Int(random.next() % 64)
            let bytes = (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            _ = try? received([bytes], by: &receiver)
        }
    }
}
