import AudioDSP
import MediaControl
import PBXBase
import RTPGrammar
import Testing

@testable import MediaEngine

struct ForwardingTests {
    @Test(arguments: [false, true]) func passesPacketsBothWaysUnchanged(isIPv6: Bool) throws {
        let pair = try BridgedPair(isIPv6: isIPv6)
        pair.connect()
        var stream = TestStream()
        for _ in 0..<20 {
            let packet = stream.packet()
            #expect(pair.fromAlice(packet) == [.init(from: pair.bobPort.rtp, to: pair.bob, bytes: packet)])
            let answer = stream.packet()
            #expect(pair.fromBob(answer) == [.init(from: pair.alicePort.rtp, to: pair.alice, bytes: answer)])
        }
        let figures = pair.harness.release(pair.alicePort, pair.bobPort)
        #expect(figures.map(\.packetsReceived) == [20, 20])
        #expect(figures.map(\.packetsSent) == [20, 20])
        #expect(figures.map(\.bytesSent) == [20 * 172, 20 * 172])
        #expect(figures.map(\.packetsDropped) == [0, 0])
    }

    @Test func renumbersPayloadTypesAndKeepsTheMarker() throws {
        let pair = try BridgedPair()
        var plan = pair.alicePlan
        plan.payloadTypes = [.init(received: 96, forwarded: 111)]
        pair.connect(alicePlan: plan)
        var stream = TestStream(payloadType: 96, marker: true)
        let packet = stream.packet()
        var expected = packet
        expected[1] = 0x80 | 111
        #expect(pair.fromAlice(packet).map(\.bytes) == [expected])
        stream.marker = false
        #expect(pair.fromAlice(stream.packet()).map { $0.bytes[1] } == [111])
    }

    @Test func changesTheLawOfG711() throws {
        let pair = try BridgedPair()
        var (alicePlan, bobPlan) = (pair.alicePlan, pair.bobPlan)
        alicePlan.payloadTypes = [
            .init(received: 8, forwarded: 0, law: .aToMu), .init(received: 101, forwarded: 101),
        ]
        bobPlan.payloadTypes = [.init(received: 0, forwarded: 8, law: .muToA)]
        pair.connect(alicePlan: alicePlan, bobPlan: bobPlan)
        let (mu, a) = (G711(.mu), G711(.a))
        var stream = TestStream()
        var packet = stream.packet()
        for index in 12..<172 { packet[index] = UInt8(truncatingIfNeeded: index * 7) }
        let sent = try #require(pair.fromAlice(packet).first?.bytes)
        #expect(sent[1] == 0)
        #expect(Array(sent[..<12]) == [packet[0], 0] + packet[2..<12])
        for index in 12..<172 { #expect(sent[index] == mu.encode(a.decode(packet[index]))) }
        // Digits have no law.
        stream.payloadType = 101
        let event = stream.packet()
        #expect(pair.fromAlice(event).first?.bytes[12...] == event[12...])
        var answer = sent
        answer[8] = 9
        let back = try #require(pair.fromBob(answer).first?.bytes)
        #expect(back[1] & 0x7F == 8)
        for index in 12..<172 { #expect(back[index] == a.encode(mu.decode(answer[index]))) }
    }

    @Test func dropsAndCountsWhatThePlanDoesNotHave() throws {
        let pair = try BridgedPair()
        pair.connect()
        var stream = TestStream()
        #expect(pair.fromAlice(stream.packet()).count == 1)
        stream.payloadType = 9
        #expect(pair.fromAlice(stream.packet()).isEmpty)
        #expect(pair.fromAlice([]).isEmpty)
        #expect(pair.fromAlice([0x80, 8]).isEmpty)
        #expect(pair.fromAlice(Array(repeating: 0, count: 172)).isEmpty)
        #expect(pair.fromAlice(stream.packet() + Array(repeating: 0, count: 4_000)).isEmpty)
        #expect(pair.harness.release(pair.alicePort).map(\.packetsDropped) == [5])
    }

    @Test func holdStopsWhatItSays() throws {
        let pair = try BridgedPair()
        pair.connect()
        var stream = TestStream()
        #expect(pair.fromAlice(stream.packet()).count == 1)
        #expect(pair.fromBob(stream.packet()).count == 1)
        // Alice put bob on hold: she neither gets nor gives.
        var alicePlan = pair.alicePlan
        alicePlan.receives = false
        alicePlan.sends = false
        pair.harness.apply((pair.alicePort, alicePlan))
        #expect(pair.fromAlice(stream.packet()).isEmpty)
        #expect(pair.fromBob(stream.packet()).isEmpty)
        // Resumed: what went by meanwhile is neither loss nor drop.
        stream.sequence = stream.sequence.advanced(by: 1_000)
        pair.harness.apply((pair.alicePort, pair.alicePlan))
        #expect(pair.fromAlice(stream.packet()).count == 1)
        let figures = try #require(pair.harness.release(pair.alicePort).first)
        #expect(figures.packetsLost == 0)
        #expect(figures.packetsDropped == 0)
        #expect(figures.packetsReceived == 2)
    }

    @Test func countsWhatFindsNoTarget() throws {
        let pair = try BridgedPair()
        var stream = TestStream()
        // No sink at all, then one whose peer is not known yet.
        pair.connect(alicePlan: BridgedPair.plan(remote: pair.alice, sink: nil))
        #expect(pair.fromAlice(stream.packet()).isEmpty)
        pair.connect(bobPlan: BridgedPair.plan(remote: nil, sink: pair.alicePort))
        #expect(pair.fromAlice(stream.packet()).isEmpty)
        #expect(pair.harness.release(pair.alicePort).map(\.packetsDropped) == [2])
    }

    @Test func aPortWithoutAPlanForwardsNothing() throws {
        let pair = try BridgedPair()
        var stream = TestStream()
        #expect(pair.fromAlice(stream.packet()).isEmpty)
        #expect(pair.harness.io.queuedCount(at: pair.alicePort.rtp) == 0)
        #expect(pair.harness.release(pair.alicePort) == [MediaStatistics()])
    }

    @Test func aTargetOfTheOtherFamilyIsNone() throws {
        let pair = try BridgedPair()
        var stream = TestStream()
        pair.connect(bobPlan: BridgedPair.plan(remote: Endpoint(.ipv6Loopback, port: 9), sink: pair.alicePort))
        #expect(pair.fromAlice(stream.packet()).isEmpty)
    }

    @Test func rtcpGoesFromRTCPPortToRTCPPort() throws {
        let pair = try BridgedPair()
        pair.connect()
        let report = RTCPCompoundWriter(ssrc: SSRC(1), canonicalName: "a").datagram(sent: nil, heard: [])
        let aliceRTCP = Endpoint(pair.alice.address, port: pair.alice.port + 1)
        let bobRTCP = Endpoint(pair.bob.address, port: pair.bob.port + 1)
        #expect(
            pair.harness.deliver(report, from: aliceRTCP, to: pair.alicePort.rtcp)
                == [.init(from: pair.bobPort.rtcp, to: bobRTCP, bytes: report)])
        // Neither what is no RTCP nor what comes from a stranger.
        #expect(pair.harness.deliver([0x80, 8, 0, 0], from: aliceRTCP, to: pair.alicePort.rtcp).isEmpty)
        let stranger = Endpoint(IPAddress(ipv4: 0xC633_6401), port: 4_001)
        #expect(pair.harness.deliver(report, from: stranger, to: pair.alicePort.rtcp).isEmpty)
        let figures = try #require(pair.harness.release(pair.alicePort).first)
        #expect(figures.rtcpPacketsReceived == 1)
        #expect(figures.packetsDropped == 2)
    }

    @Test func rtcpIsLearnedApartFromRTP() throws {
        let pair = try BridgedPair()
        pair.connect()
        var stream = TestStream()
        let report = RTCPCompoundWriter(ssrc: SSRC(1), canonicalName: "a").datagram(sent: nil, heard: [])
        _ = pair.fromAlice(stream.packet())
        // The host is known from RTP; its RTCP comes from a port that the NAT chose.
        let natted = Endpoint(pair.alice.address, port: 61_234)
        #expect(pair.harness.deliver(report, from: natted, to: pair.alicePort.rtcp).count == 1)
        let bobRTCP = Endpoint(pair.bob.address, port: pair.bob.port + 1)
        let back = pair.harness.deliver(report, from: bobRTCP, to: pair.bobPort.rtcp)
        #expect(back.map(\.to) == [natted])
        // Now that one is settled on, another port of the same host is a stranger.
        let other = Endpoint(pair.alice.address, port: 61_235)
        #expect(pair.harness.deliver(report, from: other, to: pair.alicePort.rtcp).isEmpty)
    }

    @Test func rtcpSharesTheRTPPortWhereAgreed() throws {
        let pair = try BridgedPair()
        var alicePlan = pair.alicePlan
        alicePlan.hasRTCPMux = true
        pair.connect(alicePlan: alicePlan)
        var stream = TestStream()
        let report = RTCPCompoundWriter(ssrc: SSRC(1), canonicalName: "a").datagram(sent: nil, heard: [])
        _ = pair.fromAlice(stream.packet())
        _ = pair.fromBob(stream.packet())
        let bobRTCP = Endpoint(pair.bob.address, port: pair.bob.port + 1)
        #expect(pair.fromAlice(report) == [.init(from: pair.bobPort.rtcp, to: bobRTCP, bytes: report)])
        #expect(
            pair.harness.deliver(report, from: bobRTCP, to: pair.bobPort.rtcp)
                == [.init(from: pair.alicePort.rtp, to: pair.alice, bytes: report)])
        // Bob did not agree to it.
        #expect(pair.fromBob(report).isEmpty)
    }
}
