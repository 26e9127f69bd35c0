import MediaControl
import PBXBase
import Testing

struct MediaVerdictTests {
    private let announced = IPAddress("10.0.0.5")
    private let signalling = IPAddress("81.2.3.4")

    private func verdict(
        lasted: Interval = .seconds(20), isReceiving: Bool = true, isSending: Bool = true,
        _ change: (inout MediaStatistics) -> Void
    ) -> MediaVerdict? {
        var figures = MediaStatistics()
        change(&figures)
        return MediaVerdict(
            figures, lasted: lasted, isReceiving: isReceiving, isSending: isSending, announced: announced,
            signalling: signalling)
    }

    @Test func nothingReceivedNamesBothAddresses() throws {
        let verdict = try #require(verdict { $0.packetsSent = 500 })
        #expect(verdict == .nothingReceived(announced: announced, signalling: signalling))
        #expect(
            verdict.description
                == "no packet came; its SDP says 10.0.0.5, its signalling came from 81.2.3.4 (NAT or firewall?)")
    }

    @Test func whatCannotBeKnownIsNoVerdict() {
        #expect(verdict(lasted: .seconds(1)) { _ in } == nil)
        #expect(verdict(isReceiving: false) { $0.packetsSent = 10 } == nil)
        #expect(
            verdict {
                $0.packetsReceived = 10
                $0.packetsSent = 10
            } == nil)
    }

    @Test func eachFailureHasItsReason() {
        #expect(verdict { $0.packetsDropped = 9 } == .everythingDropped(packets: 9))
        #expect(verdict { $0.packetsReceived = 9 } == .nothingSent)
        let unheard = verdict {
            $0.packetsReceived = 9
            $0.packetsSent = 9
            $0.peerReport = PeerReport()
            $0.peerReport?.fractionLost = 255
        }
        #expect(unheard == .notHeardByPeer(lostPercent: 99))
        let mute = verdict {
            $0.packetsReceived = 9
            $0.packetsSent = 9
            $0.signal = SignalFigures()
            $0.signal?.silentPercent = 100
        }
        #expect(mute == .silenceOnly(milliseconds: 20_000))
    }
}
