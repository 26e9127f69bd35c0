import CAllocationCounter
import MediaControl
import MediaSecurity
import PBXBase
import Testing

struct SRTPContextTests {
    @Test(arguments: SRTPProfile.allCases)
    func whatIsNoPacketIsRefused(profile: SRTPProfile) throws {
        var random = SeededRandom(seed: 1)
        let keys = SRTPKeys(profile: profile, from: &random)
        var sender = try SRTPContext(keys, .sending)
        var receiver = try SRTPContext(keys, .receiving)
        let truncated = [0x90, 8] + [UInt8](repeating: 0, count: 10) + [0xBE, 0xDE, 0xFF, 0xFF]
        for packet in [[], [0x80], [UInt8](repeating: 0x80, count: 7), [UInt8](repeating: 0x00, count: 60), truncated] {
            #expect(throws: SRTPError.malformed) { try Self.protectRTP(packet, &sender) }
            #expect(throws: SRTPError.malformed) { try Self.unprotectRTP(packet, &receiver) }
        }
        for packet in [[], [0x80], [UInt8](repeating: 0x80, count: 7), [UInt8](repeating: 0x00, count: 60)] {
            #expect(throws: SRTPError.malformed) { try Self.protectRTCP(packet, &sender) }
            #expect(throws: SRTPError.malformed) { try Self.unprotectRTCP(packet, &receiver) }
        }
        #expect(sender.refusals.malformed == 9)
        #expect(receiver.refusals.malformed == 9)
    }

    @Test(arguments: SRTPProfile.allCases)
    func aFullBufferIsRefused(profile: SRTPProfile) throws {
        var random = SeededRandom(seed: 1)
        var sender = try SRTPContext(SRTPKeys(profile: profile, from: &random), .sending)
        let rtp = TestPackets.rtp(ssrc: 1, sequence: 1, payloadBytes: 160, random: &random)
        #expect(throws: SRTPError.noRoom) { try Self.protectRTP(rtp, room: profile.rtpTagBytes - 1, &sender) }
        #expect(try Self.protectRTP(rtp, room: profile.rtpTagBytes, &sender).count == rtp.count + profile.rtpTagBytes)
        let rtcp = TestPackets.rtcp(ssrc: 1, words: 5, random: &random)
        #expect(throws: SRTPError.noRoom) { try Self.protectRTCP(rtcp, room: profile.rtcpTagBytes + 3, &sender) }
        #expect(
            try Self.protectRTCP(rtcp, room: profile.rtcpTagBytes + 4, &sender).count
                == rtcp.count + profile.rtcpTagBytes + 4)
        #expect(sender.refusals.others == 2)
    }

    /// Forged packets of made-up sources must not use up the room of real ones.
    @Test func onlyAuthenticSourcesTakeRoom() throws {
        var random = SeededRandom(seed: 1)
        let keys = SRTPKeys(profile: .aeadAES128GCM, from: &random)
        var sender = try SRTPContext(keys, .sending)
        var receiver = try SRTPContext(keys, .receiving)
        for ssrc in 0..<1_000 as Range<UInt32> {
            let forged = TestPackets.rtp(ssrc: ssrc, sequence: 1, payloadBytes: 60, random: &random)
            #expect(throws: SRTPError.unauthentic) { try Self.unprotectRTP(forged, &receiver) }
        }
        for ssrc in 0..<UInt32(SRTPContext.streamsMax) {
            let plain = TestPackets.rtp(ssrc: ssrc, sequence: 1, payloadBytes: 60, random: &random)
            #expect(try Self.unprotectRTP(try Self.protectRTP(plain, &sender), &receiver) == plain)
        }
        let oneMore = TestPackets.rtp(ssrc: 1_000, sequence: 1, payloadBytes: 60, random: &random)
        #expect(throws: SRTPError.tooManyStreams) { try Self.protectRTP(oneMore, &sender) }
        #expect(throws: SRTPError.tooManyStreams) { try Self.unprotectRTP(oneMore, &receiver) }
        let known = TestPackets.rtp(ssrc: 3, sequence: 2, payloadBytes: 60, random: &random)
        #expect(try Self.unprotectRTP(try Self.protectRTP(known, &sender), &receiver) == known)
    }

    @Test(arguments: SRTPProfile.allCases)
    func unencryptedReportsAreRefused(profile: SRTPProfile) throws {
        var random = SeededRandom(seed: 1)
        let keys = SRTPKeys(profile: profile, from: &random)
        var sender = try SRTPContext(keys, .sending)
        var receiver = try SRTPContext(keys, .receiving)
        var packet = try Self.protectRTCP(TestPackets.rtcp(ssrc: 1, words: 5, random: &random), &sender)
        packet[packet.count - (profile.isAEAD ? 4 : 14)] &= 0x7F
        #expect(throws: SRTPError.unencrypted) { try Self.unprotectRTCP(packet, &receiver) }
    }

    /// The contract of the packet path: 10,000 packets each way, of several sources, and nothing on the heap.
    @Test(.enabled(if: pbx_allocations_are_counted() != 0), arguments: SRTPProfile.allCases)
    func packetsAllocateNothing(profile: SRTPProfile) throws {
        var random = SeededRandom(seed: 1)
        let keys = SRTPKeys(profile: profile, from: &random)
        var sender = try SRTPContext(keys, .sending)
        var receiver = try SRTPContext(keys, .receiving)
        let rtp = TestPackets.rtp(ssrc: 1, sequence: 0, payloadBytes: 160, random: &random)
        let rtcp = TestPackets.rtcp(ssrc: 1, words: 12, random: &random)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256, alignment: 16)
        defer { buffer.deallocate() }
        func run(_ packets: Range<Int>) throws -> Int {
            var intact = 0
            for number in packets {
                buffer.copyBytes(from: rtp)
                buffer[2] = UInt8(truncatingIfNeeded: number >> 8)
                buffer[3] = UInt8(truncatingIfNeeded: number)
                buffer[11] = UInt8(number % 5)
                let protected = try sender.protectRTP(buffer, count: rtp.count)
                intact += try receiver.unprotectRTP(buffer, count: protected) == rtp.count ? 1 : 0
                buffer.copyBytes(from: rtcp)
                let report = try sender.protectRTCP(buffer, count: rtcp.count)
                intact += try receiver.unprotectRTCP(buffer, count: report) == rtcp.count ? 1 : 0
            }
            return intact
        }
        // The first time a process gets here, library and runtime set up their tables.
        #expect(try run(0..<100) == 200)
        let before = pbx_allocations_of_thread()
        let intact = try run(100..<10_100)
        let after = pbx_allocations_of_thread()
        #expect(intact == 20_000)
        #expect(after == before)
    }

    private static func protectRTP(
        _ packet: [UInt8], room: Int = 32, _ sender: inout SRTPContext
    ) throws(SRTPError) -> [UInt8] {
        try packet.changed(room: room) { (buffer, count) throws(SRTPError) in
            try sender.protectRTP(buffer, count: count)
        }
    }

    private static func unprotectRTP(_ packet: [UInt8], _ receiver: inout SRTPContext) throws(SRTPError) -> [UInt8] {
        try packet.changed { (buffer, count) throws(SRTPError) in try receiver.unprotectRTP(buffer, count: count) }
    }

    private static func protectRTCP(
        _ packet: [UInt8], room: Int = 32, _ sender: inout SRTPContext
    ) throws(SRTPError) -> [UInt8] {
        try packet.changed(room: room) { (buffer, count) throws(SRTPError) in
            try sender.protectRTCP(buffer, count: count)
        }
    }

    private static func unprotectRTCP(_ packet: [UInt8], _ receiver: inout SRTPContext) throws(SRTPError) -> [UInt8] {
        try packet.changed { (buffer, count) throws(SRTPError) in try receiver.unprotectRTCP(buffer, count: count) }
    }
}
