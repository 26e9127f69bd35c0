import MediaControl
import PBXBase
import RTPGrammar
import Testing

@testable import MediaEngine

struct LatchingTests {
    private let natted = Endpoint(IPAddress(ipv4: 0xC633_6407), port: 61_000)
    private let attacker = Endpoint(IPAddress(ipv4: 0xCB00_7109), port: 6_666)

    @Test func theAnnouncedAddressIsBelievedAtOnce() throws {
        let pair = try BridgedPair()
        pair.connect()
        var stream = TestStream()
        #expect(pair.fromAlice(stream.packet()).count == 1)
        #expect(pair.harness.takeEvents() == [.latched(pair.alicePort.id, remote: pair.alice)])
        #expect(pair.harness.io.peer(of: pair.alicePort.rtp) == pair.alice)
    }

    @Test func aPhoneBehindNATIsBelievedAfterAFewPackets() throws {
        let pair = try BridgedPair()
        pair.connect()
        var stream = TestStream()
        var back = TestStream()
        // Until then what is for alice goes where she asked for it.
        #expect(pair.fromBob(back.packet()).map(\.to) == [pair.alice])
        _ = pair.harness.takeEvents()
        for _ in 1..<LatchProbation.packetsNeeded {
            #expect(pair.harness.deliver(stream.packet(), from: natted, to: pair.alicePort.rtp).isEmpty)
        }
        #expect(pair.harness.deliver(stream.packet(), from: natted, to: pair.alicePort.rtp).count == 1)
        #expect(pair.harness.takeEvents() == [.latched(pair.alicePort.id, remote: natted)])
        #expect(pair.fromBob(back.packet()).map(\.to) == [natted])
        #expect(pair.harness.io.peer(of: pair.alicePort.rtp) == natted)
    }

    @Test func noiseIsNotBelieved() throws {
        let pair = try BridgedPair()
        pair.connect()
        var stream = TestStream()
        for index in 0..<20 {
            stream.ssrc = SSRC(UInt32(index))
            pair.harness.deliver(stream.packet(), from: attacker, to: pair.alicePort.rtp)
        }
        stream.ssrc = SSRC(1)
        for _ in 0..<20 {
            stream.sequence = stream.sequence.advanced(by: 1_000)
            pair.harness.deliver(stream.packet(), from: attacker, to: pair.alicePort.rtp)
        }
        stream.payloadType = 77
        for _ in 0..<20 { pair.harness.deliver(stream.packet(), from: attacker, to: pair.alicePort.rtp) }
        for _ in 0..<20 {
            pair.harness.deliver(Array(repeating: 0x80, count: 8), from: attacker, to: pair.alicePort.rtp)
        }
        #expect(pair.harness.takeEvents().isEmpty)
        #expect(pair.fromAlice(stream.packet()).isEmpty)
        stream.payloadType = 8
        #expect(pair.fromAlice(stream.packet()).count == 1)
        #expect(pair.harness.takeEvents() == [.latched(pair.alicePort.id, remote: pair.alice)])
    }

    @Test func strangersInBetweenDoNotKeepThePeerOut() throws {
        let pair = try BridgedPair()
        pair.connect()
        var stream = TestStream()
        for index in 0..<LatchProbation.packetsNeeded {
            var stray = TestStream(ssrc: SSRC(9))
            pair.harness.deliver(stream.packet(), from: natted, to: pair.alicePort.rtp)
            let stranger = Endpoint(attacker.address, port: attacker.port + UInt16(index))
            pair.harness.deliver(stray.packet(), from: stranger, to: pair.alicePort.rtp)
            pair.harness.io.advance(.milliseconds(20))
        }
        #expect(pair.harness.takeEvents() == [.latched(pair.alicePort.id, remote: natted)])
    }

    @Test func aQuietCandidateMakesRoom() throws {
        let pair = try BridgedPair()
        pair.connect()
        var stray = TestStream(ssrc: SSRC(9))
        pair.harness.deliver(stray.packet(), from: attacker, to: pair.alicePort.rtp)
        pair.harness.io.advance(.milliseconds(150))
        var stream = TestStream()
        for _ in 0..<LatchProbation.packetsNeeded {
            pair.harness.deliver(stream.packet(), from: natted, to: pair.alicePort.rtp)
        }
        #expect(pair.harness.takeEvents() == [.latched(pair.alicePort.id, remote: natted)])
    }

    @Test func onceLatchedOthersAreKeptOut() throws {
        let pair = try BridgedPair()
        pair.connect()
        var stream = TestStream()
        var stray = TestStream(ssrc: SSRC(9))
        // Already queued when the peer is found: dropped by us. Later: by the kernel.
        pair.harness.io.deliver(stream.packet(), from: pair.alice, to: pair.alicePort.rtp)
        pair.harness.io.deliver(stray.packet(), from: attacker, to: pair.alicePort.rtp)
        pair.harness.io.deliver(stream.packet(), from: pair.alice, to: pair.alicePort.rtp)
        pair.harness.turn()
        #expect(pair.harness.io.takeSent().count == 2)
        for _ in 0..<50 {
            #expect(pair.harness.deliver(stray.packet(), from: attacker, to: pair.alicePort.rtp).isEmpty)
        }
        #expect(pair.harness.io.filtered == 50)
        let figures = try #require(pair.harness.release(pair.alicePort).first)
        #expect(figures.packetsReceived == 2)
        #expect(figures.packetsDropped == 1)
    }

    @Test func withoutARouteTheWorkerFiltersByItself() throws {
        let pair = try BridgedPair()
        pair.harness.io.canConnect = false
        pair.connect()
        var stream = TestStream()
        var stray = TestStream(ssrc: SSRC(9))
        #expect(pair.fromAlice(stream.packet()).count == 1)
        for _ in 0..<50 {
            #expect(pair.harness.deliver(stray.packet(), from: attacker, to: pair.alicePort.rtp).isEmpty)
        }
        #expect(pair.fromAlice(stream.packet()).count == 1)
        #expect(pair.harness.release(pair.alicePort).map(\.packetsDropped) == [50])
    }

    @Test func withoutLatchingOnlyTheAnnouncedAddressCounts() throws {
        let pair = try BridgedPair()
        var plan = pair.alicePlan
        plan.latching = .off
        pair.connect(alicePlan: plan)
        #expect(pair.harness.io.peer(of: pair.alicePort.rtp) == pair.alice)
        var stream = TestStream()
        for _ in 0..<10 { pair.harness.deliver(stream.packet(), from: natted, to: pair.alicePort.rtp) }
        #expect(pair.fromAlice(stream.packet()).count == 1)
        #expect(pair.harness.takeEvents().isEmpty)
        // A new address in SDP counts at once.
        plan.remote = natted
        pair.harness.apply((pair.alicePort, plan))
        #expect(pair.harness.io.peer(of: pair.alicePort.rtp) == natted)
        #expect(pair.fromAlice(stream.packet()).isEmpty)
    }

    @Test func nobodyIsExpectedBeforeAnAddressIsAnnounced() throws {
        let pair = try BridgedPair()
        pair.connect(alicePlan: BridgedPair.plan(remote: nil, sink: pair.bobPort))
        var stream = TestStream()
        for _ in 0..<10 { pair.harness.deliver(stream.packet(), from: attacker, to: pair.alicePort.rtp) }
        #expect(pair.harness.takeEvents().isEmpty)
        pair.harness.apply((pair.alicePort, pair.alicePlan))
        #expect(pair.fromAlice(stream.packet()).count == 1)
    }

    @Test func aNewGenerationStartsOver() throws {
        let pair = try BridgedPair()
        pair.connect()
        var stream = TestStream()
        #expect(pair.fromAlice(stream.packet()).count == 1)
        _ = pair.harness.takeEvents()
        // The call moved to another phone; the old one goes on sending for a while and is not believed again so soon.
        let newPhone = Endpoint(IPAddress(ipv4: 0xC000_0209), port: 7_000)
        var plan = BridgedPair.plan(remote: newPhone, sink: pair.bobPort)
        plan.latchGeneration = 1
        pair.harness.apply((pair.alicePort, plan))
        #expect(pair.harness.io.peer(of: pair.alicePort.rtp) == nil)
        for _ in 0..<10 { #expect(pair.fromAlice(stream.packet()).isEmpty) }
        var newStream = TestStream(ssrc: SSRC(0xB2))
        #expect(pair.harness.deliver(newStream.packet(), from: newPhone, to: pair.alicePort.rtp).count == 1)
        #expect(pair.harness.takeEvents() == [.latched(pair.alicePort.id, remote: newPhone)])
    }

    @Test func theFormerSourceIsBelievedWhenItPersists() throws {
        let pair = try BridgedPair()
        pair.connect()
        var stream = TestStream()
        for _ in 0..<LatchProbation.packetsNeeded {
            pair.harness.deliver(stream.packet(), from: natted, to: pair.alicePort.rtp)
        }
        var plan = pair.alicePlan
        plan.latchGeneration = 1
        pair.harness.apply((pair.alicePort, plan))
        _ = pair.harness.takeEvents()
        for _ in 0..<LatchProbation.packetsNeededOfFormer {
            pair.harness.deliver(stream.packet(), from: natted, to: pair.alicePort.rtp)
        }
        #expect(pair.harness.takeEvents() == [.latched(pair.alicePort.id, remote: natted)])
    }

    @Test func anUnchangedGenerationKeepsThePeer() throws {
        let pair = try BridgedPair()
        pair.connect()
        var stream = TestStream()
        for _ in 0..<LatchProbation.packetsNeeded {
            pair.harness.deliver(stream.packet(), from: natted, to: pair.alicePort.rtp)
        }
        var plan = pair.alicePlan
        plan.receives = false
        pair.harness.apply((pair.alicePort, plan))
        pair.harness.apply((pair.alicePort, pair.alicePlan))
        #expect(pair.harness.io.peer(of: pair.alicePort.rtp) == natted)
    }
}
