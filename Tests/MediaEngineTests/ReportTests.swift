import MediaControl
import PBXBase
import RTPGrammar
import Testing

@testable import MediaEngine

/// RTCP: read on its way where it is passed on, our own where a stream ends here.
struct ReportTests {
    private func block(_ ssrc: SSRC, lastSenderReport: UInt32 = 0, delay: UInt32 = 0) -> RTCPReportBlock {
        RTCPReportBlock(
            ssrc: ssrc, fractionLost: 26, packetsLost: 7, highestSequence: 1, jitter: 80,
            lastSenderReport: lastSenderReport, delaySinceLastSenderReport: delay)
    }

    private func figures(_ harness: WorkerHarness, _ port: PortLease) -> MediaStatistics? {
        harness.send(.report([port.id]))
        harness.turn()
        return harness.takeEvents().compactMap { if case .figures(_, let figures) = $0 { figures } else { nil } }.last
    }

    @Test func readsRoundTripAndLossOnTheWay() throws {
        let pair = try BridgedPair()
        pair.connect()
        var alice = TestStream(ssrc: SSRC(0xA1))
        _ = pair.fromAlice(alice.packet())
        let aliceRTCP = Endpoint(pair.alice.address, port: pair.alice.port + 1)
        let bobRTCP = Endpoint(pair.bob.address, port: pair.bob.port + 1)
        let sent = RTCPSenderReport(
            ssrc: SSRC(0xA1), ntp: NTPTimestamp(seconds: 5, fraction: 0), timestamp: RTPTimestamp(1), packetCount: 1,
            byteCount: 160)
        let writer = RTCPCompoundWriter(ssrc: SSRC(0xA1), canonicalName: "a")
        pair.harness.deliver(writer.datagram(sent: sent, heard: []), from: aliceRTCP, to: pair.alicePort.rtcp)
        pair.harness.io.advance(.milliseconds(150))
        // Bob held it for 100 ms (6,554 of 65,536): 50 ms to him and back.
        let answer = RTCPCompoundWriter(ssrc: SSRC(0xB0), canonicalName: "b").datagram(
            sent: nil, heard: [block(SSRC(0xA1), lastSenderReport: sent.ntp.middle, delay: 6_554)])
        pair.harness.deliver(answer, from: bobRTCP, to: pair.bobPort.rtcp)
        let figures = try #require(self.figures(pair.harness, pair.bobPort))
        #expect(abs((figures.roundTripMicroseconds ?? 0) - 50_000) < 100)
        #expect(figures.peerReport?.packetsLost == 7)
        #expect(figures.peerReport?.fractionLost == 26)
        #expect(figures.peerReport?.jitterMicroseconds == 10_000)
    }

    @Test func aTransferredStreamKeepsItsNameInReports() throws {
        let pair = try BridgedPair()
        pair.connect()
        var first = TestStream(ssrc: SSRC(0xA1))
        _ = pair.fromAlice(first.packet())
        // Alice's end starts anew under another name; to bob it stays the stream he knows.
        var second = TestStream(ssrc: SSRC(0xA2), sequence: SequenceNumber(9))
        let passed = pair.fromAlice(second.packet())
        #expect(try passed.map { try RTPHeader($0.bytes.span).ssrc } == [SSRC(0xA1)])
        let bobRTCP = Endpoint(pair.bob.address, port: pair.bob.port + 1)
        let report = RTCPCompoundWriter(ssrc: SSRC(0xB0), canonicalName: "b").datagram(
            sent: nil, heard: [block(SSRC(0xA1))])
        var bob = TestStream(ssrc: SSRC(0xB0))
        _ = pair.fromBob(bob.packet())
        let sent = pair.harness.deliver(report, from: bobRTCP, to: pair.bobPort.rtcp)
        let bytes = try #require(sent.last).bytes
        #expect(try RTCPSummary(bytes.span, about: SSRC(0xA2)).block?.packetsLost == 7)
    }

    @Test func anEndpointReportsByItself() throws {
        let harness = try WorkerHarness()
        let lease = harness.prepare(1)[0]
        let phone = try SoundPhone(harness, lease, .pcma, toneHz: 500, index: 0)
        harness.apply((lease, phone.seat(in: 1)))
        let sent = harness.run(milliseconds: 12_000) { if $0 % 20 == 0 { phone.speak() } }
        let rtcp = Endpoint(phone.endpoint.address, port: phone.endpoint.port + 1)
        let reports = sent.filter { $0.to == rtcp }
        #expect((1...6).contains(reports.count))
        let bytes = try #require(reports.last).bytes
        let summary = try RTCPSummary(bytes.span, about: SSRC(0x100))
        #expect(summary.block?.packetsLost == 0)
        #expect((summary.senderReport?.packetCount ?? 0) > 100)
    }
}
