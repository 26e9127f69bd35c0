import AudioDSP
import MediaControl
import PBXBase
import RTPGrammar
import Testing

@testable import MediaEngine

/// Fax packets that are passed on from one port to another.
struct FaxPacketTests {
    private func plan(_ pair: BridgedPair, _ remote: Endpoint, sink: PortLease) -> MediaPlan {
        MediaPlan(remote: remote, sink: sink.id, latchGeneration: 1, fax: .passedOn)
    }

    /// A pair that spoke before and changes to fax packets at other ports of the same hosts.
    private func faxPair() throws -> (pair: BridgedPair, alice: Endpoint, bob: Endpoint) {
        let pair = try BridgedPair()
        pair.connect()
        var stream = TestStream()
        #expect(pair.fromAlice(stream.packet()).count == 1)
        #expect(pair.fromBob(stream.packet()).count == 1)
        let alice = Endpoint(pair.alice.address, port: 4_100)
        let bob = Endpoint(pair.bob.address, port: 5_100)
        pair.harness.apply(
            (pair.alicePort, plan(pair, alice, sink: pair.bobPort)),
            (pair.bobPort, plan(pair, bob, sink: pair.alicePort)))
        return (pair, alice, bob)
    }

    private func datagrams(_ count: Int) -> [[UInt8]] {
        var sender = UDPTLSender(datagramBytesMax: 400)
        return (0..<count).map { number in
            let packet: [UInt8] = [0xC0, 1, UInt8(number)]
            var bytes = [UInt8](repeating: 0, count: UDPTLSender.datagramBytesMax)
            var span = bytes.mutableSpan
            let length = sender.write(packet.span, into: &span)
            return Array(bytes.prefix(length))
        }
    }

    @Test func datagramsGoThroughAsTheyAre() throws {
        let (pair, alice, bob) = try faxPair()
        let harness = pair.harness
        for datagram in datagrams(10) {
            #expect(
                harness.deliver(datagram, from: alice, to: pair.alicePort.rtp)
                    == [.init(from: pair.bobPort.rtp, to: bob, bytes: datagram)])
            #expect(
                harness.deliver(datagram, from: bob, to: pair.bobPort.rtp)
                    == [.init(from: pair.alicePort.rtp, to: alice, bytes: datagram)])
        }
        let figures = harness.release(pair.alicePort, pair.bobPort)
        // With the packet of sound before.
        #expect(figures.map(\.packetsReceived) == [11, 11])
        #expect(figures.map(\.packetsSent) == [11, 11])
        #expect(figures.map(\.packetsLost) == [0, 0])
    }

    @Test func lateSoundStrangersAndGarbageAreDropped() throws {
        let (pair, alice, _) = try faxPair()
        let harness = pair.harness
        var stream = TestStream()
        let datagram = datagrams(1)[0]
        // Sound that was under way, from where it came before.
        for _ in 0..<50 { #expect(pair.fromAlice(stream.packet()).isEmpty) }
        let stranger = Endpoint(IPAddress(ipv4: 0xC633_6401), port: 9)
        #expect(harness.deliver(datagram, from: stranger, to: pair.alicePort.rtp).isEmpty)
        #expect(harness.deliver([], from: alice, to: pair.alicePort.rtp).isEmpty)
        #expect(harness.deliver([0, 1, 200], from: alice, to: pair.alicePort.rtp).isEmpty)
        #expect(harness.deliver(datagram + [0], from: alice, to: pair.alicePort.rtp).isEmpty)
        #expect(harness.deliver(datagram, from: alice, to: pair.alicePort.rtp).count == 1)
        #expect(harness.release(pair.alicePort).map(\.packetsDropped) == [54])
    }

    /// The machine behind a NAT announces an address that nobody can reach; its sound came from the NAT's.
    @Test func aMachineBehindANATIsFoundByWhereItsSoundCameFrom() throws {
        let pair = try BridgedPair()
        pair.connect()
        var stream = TestStream()
        #expect(pair.fromAlice(stream.packet()).count == 1)
        let hidden = Endpoint(IPAddress(ipv4: 0x0A00_0005), port: 4_100)
        pair.harness.apply(
            (pair.alicePort, plan(pair, hidden, sink: pair.bobPort)),
            (pair.bobPort, plan(pair, pair.bob, sink: pair.alicePort)))
        let datagram = datagrams(1)[0]
        let mapped = Endpoint(pair.alice.address, port: 61_000)
        #expect(pair.harness.deliver(datagram, from: mapped, to: pair.alicePort.rtp).count == 1)
        #expect(pair.fromBob(datagram).map(\.to) == [mapped])
    }

    @Test func soundComesBackAfterTheFax() throws {
        let (pair, _, _) = try faxPair()
        var (alicePlan, bobPlan) = (pair.alicePlan, pair.bobPlan)
        (alicePlan.latchGeneration, bobPlan.latchGeneration) = (2, 2)
        pair.connect(alicePlan: alicePlan, bobPlan: bobPlan)
        var stream = TestStream()
        #expect(pair.fromAlice(stream.packet()).count == 1)
        #expect(pair.fromBob(stream.packet()).count == 1)
        #expect(pair.fromAlice(datagrams(1)[0]).isEmpty)
    }
}
