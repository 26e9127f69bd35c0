import MediaControl
import PBXBase
import RTPGrammar
import Testing

@testable import MediaEngine

/// Leases, release, silence, refusal: what signalling hears about a port.
struct SessionLifeTests {
    @Test func leasesAreEvenPairsInOrder() throws {
        let harness = try WorkerHarness()
        let leases = harness.prepare(3)
        #expect(leases.map(\.rtp.port) == [20_000, 20_002, 20_004])
        #expect(leases.map(\.rtcp.port) == [20_001, 20_003, 20_005])
        #expect(leases.map(\.id.slot) == [0, 1, 2])
        // The families do not take ports from each other.
        #expect(harness.prepare(1, isIPv6: true).map(\.rtp) == [Endpoint(.ipv6Loopback, port: 20_000)])
    }

    @Test func workersShareTheRangeWithoutMeeting() throws {
        var settings = WorkerHarness.loopback
        settings.ports = 20_001...20_012
        settings.workers = 3
        var seen: [UInt16] = []
        for worker in 0..<3 {
            let pairs = PortPairs(range: settings.ports, worker: worker, workers: 3)
            var own = pairs
            while let port = own.next() {
                own.take(port)
                seen.append(port)
            }
        }
        #expect(seen.sorted() == [20_002, 20_004, 20_006, 20_008, 20_010])
    }

    @Test func portsOfOthersArePassedOverAndTriedAgainLater() throws {
        let harness = try WorkerHarness()
        harness.io.portsInUse = [20_000, 20_003]
        #expect(harness.prepare(2).map(\.rtp.port) == [20_004, 20_006])
        harness.io.portsInUse = []
        _ = harness.prepare(46)
        #expect(harness.prepare(2).map(\.rtp.port) == [20_000, 20_002])
    }

    @Test func aUsedUpRangeIsReported() throws {
        let harness = try WorkerHarness()
        harness.send(.prepare(worker: 0, count: 60, isIPv6: false))
        harness.send(.prepare(worker: 0, count: 5, isIPv6: false))
        harness.send(.prepare(worker: 0, count: 1, isIPv6: true))
        harness.turn(times: 5)
        let events = harness.takeEvents()
        let leased = events.reduce(0) { if case .leased(let leases) = $1 { $0 + leases.count } else { $0 } }
        #expect(leased == 51)
        #expect(events.contains(.leasesExhausted(worker: 0, isIPv6: false, missing: 15)))
        #expect(harness.io.openSocketCount == 102)
    }

    @Test func aKernelWithoutSocketsIsReported() throws {
        let harness = try WorkerHarness()
        harness.io.socketsLeft = 5
        harness.send(.prepare(worker: 0, count: 4, isIPv6: false))
        harness.turn()
        let events = harness.takeEvents()
        #expect(events.last == .leasesExhausted(worker: 0, isIPv6: false, missing: 2))
    }

    @Test func manyLeasesDoNotHoldUpPackets() throws {
        let pair = try BridgedPair()
        pair.connect()
        var stream = TestStream()
        pair.harness.send(.prepare(worker: 0, count: 40, isIPv6: false))
        pair.harness.io.deliver(stream.packet(), from: pair.alice, to: pair.alicePort.rtp)
        pair.harness.turn()
        #expect(pair.harness.io.takeSent().count == 1)
        let bound = pair.harness.io.openSocketCount
        #expect(bound < 2 * 42)
        // The rest is bound without sleeping in between.
        pair.harness.turn()
        #expect(pair.harness.io.lastPause == .none)
        #expect(pair.harness.io.openSocketCount == 2 * 42)
    }

    @Test func aReleasedPortSendsAndTakesNothing() throws {
        let pair = try BridgedPair()
        pair.connect()
        var stream = TestStream()
        _ = pair.fromAlice(stream.packet())
        _ = pair.fromBob(stream.packet())
        for _ in 0..<3 { pair.harness.io.deliver(stream.packet(), from: pair.bob, to: pair.bobPort.rtp) }
        #expect(pair.harness.release(pair.bobPort).count == 1)
        #expect(pair.harness.io.queuedCount(at: pair.bobPort.rtp) == 0)
        #expect(pair.harness.io.peer(of: pair.bobPort.rtp) == nil)
        _ = pair.harness.io.takeSent()
        #expect(pair.fromAlice(stream.packet()).isEmpty)
        #expect(pair.fromBob(stream.packet()).isEmpty)
        // Leased out again to somebody else, it is no longer the sink that alice's plan meant.
        let carol = Endpoint(IPAddress(ipv4: 0xC000_0203), port: 6_000)
        pair.harness.apply((pair.bobPort, BridgedPair.plan(remote: carol, sink: nil)))
        #expect(pair.fromAlice(stream.packet()).isEmpty)
        #expect(pair.harness.release(pair.bobPort) == [MediaStatistics()])
    }

    @Test func theNextLeaseStartsWithCleanFigures() throws {
        let pair = try BridgedPair()
        for _ in 0..<3 {
            pair.connect()
            var stream = TestStream()
            for _ in 0..<5 { _ = pair.fromAlice(stream.packet()) }
            // A peer of an earlier lease has to prove itself; this is the announced one.
            let figures = pair.harness.release(pair.alicePort, pair.bobPort)
            #expect(figures.map(\.packetsReceived) == [5, 0])
            #expect(figures.map(\.packetsSent) == [0, 5])
        }
    }

    @Test func silenceIsReportedOncePerPlan() throws {
        let pair = try BridgedPair()
        var plan = pair.alicePlan
        plan.silenceLimit = .seconds(10)
        pair.connect(alicePlan: plan)
        var stream = TestStream()
        _ = pair.fromAlice(stream.packet())
        _ = pair.harness.takeEvents()
        func wait(seconds: Int) -> [MediaEvent] {
            for _ in 0..<seconds {
                pair.harness.io.advance(.seconds(1))
                pair.harness.turn()
            }
            return pair.harness.takeEvents()
        }
        #expect(wait(seconds: 9).isEmpty)
        #expect(wait(seconds: 1) == [.silent(pair.alicePort.id, afterSeconds: 10)])
        #expect(wait(seconds: 60).isEmpty)
        // A new plan counts anew; while nothing is wanted of the peer nothing is missed.
        plan.receives = false
        pair.harness.apply((pair.alicePort, plan))
        #expect(wait(seconds: 60).isEmpty)
        plan.receives = true
        pair.harness.apply((pair.alicePort, plan))
        #expect(wait(seconds: 9).isEmpty)
        #expect(wait(seconds: 2) == [.silent(pair.alicePort.id, afterSeconds: 10)])
    }

    @Test func refusalIsReportedOncePerPlan() throws {
        let pair = try BridgedPair()
        pair.connect()
        var stream = TestStream()
        _ = pair.fromAlice(stream.packet())
        _ = pair.fromBob(stream.packet())
        _ = pair.harness.takeEvents()
        pair.harness.io.refuse(at: pair.bobPort.rtp, target: pair.bob)
        pair.harness.settle()
        pair.harness.io.refuse(at: pair.bobPort.rtp, target: pair.bob)
        // The error of the packet before must not cost this one.
        pair.harness.io.deliver(stream.packet(), from: pair.alice, to: pair.alicePort.rtp)
        pair.harness.settle()
        #expect(pair.harness.io.takeSent().count == 1)
        #expect(pair.harness.takeEvents() == [.refused(pair.bobPort.id)])
        pair.harness.apply((pair.bobPort, pair.bobPlan))
        pair.harness.io.refuse(at: pair.bobPort.rtp, target: pair.bob)
        pair.harness.settle()
        #expect(pair.harness.takeEvents() == [.refused(pair.bobPort.id)])
    }

    @Test func refusalIsReportedBeforeThePeerIsKnown() throws {
        let pair = try BridgedPair()
        pair.connect()
        var stream = TestStream()
        _ = pair.fromAlice(stream.packet())
        _ = pair.harness.takeEvents()
        // Bob's socket is not connected yet. What answers for another host says nothing about him.
        pair.harness.io.refuse(at: pair.bobPort.rtp, target: pair.alice)
        pair.harness.settle()
        #expect(pair.harness.takeEvents().isEmpty)
        pair.harness.io.refuse(at: pair.bobPort.rtp, target: pair.bob)
        #expect(pair.fromAlice(stream.packet()).count == 1)
        #expect(pair.harness.takeEvents() == [.refused(pair.bobPort.id)])
    }

    @Test func aFullEventRingLosesNothing() throws {
        var settings = WorkerHarness.loopback
        settings.eventsMax = 2
        let harness = try WorkerHarness(settings: settings)
        let leases = harness.prepare(10)
        #expect(leases.count == 10)
        harness.send(.release(leases.map(\.id)))
        var released: [MediaPortID] = []
        for _ in 0..<5 {
            harness.turn()
            let events = harness.takeEvents()
            #expect(events.count == 2)
            for case .released(let port, _) in events { released.append(port) }
        }
        #expect(released == leases.map(\.id))
    }

    @Test func commandsForUnknownPortsAreIgnored() throws {
        let harness = try WorkerHarness()
        harness.send(.release([MediaPortID(worker: 0, slot: 77)]))
        harness.send(.apply([.init(port: MediaPortID(worker: 0, slot: .max), plan: MediaPlan())]))
        harness.send(.prepare(worker: 0, count: -5, isIPv6: false))
        harness.turn()
        #expect(harness.takeEvents().isEmpty)
    }

    @Test func measuresWhatTheNetworkDid() throws {
        let pair = try BridgedPair()
        pair.connect()
        var random = SeededRandom(seed: 11)
        var stream = TestStream()
        var lost: Int64 = 0
        var taken: UInt64 = 0
        for index in 0..<2_000 {
            let packet = stream.packet()
            // The first and the last arrive, so that what is in between can be known to be missing.
            if index > 0, index < 1_999, random.next() % 10 == 0 {
                lost += 1
            } else {
                taken += 1
                pair.harness.io.advance(index % 2 == 0 ? .milliseconds(4) : .zero)
                _ = pair.fromAlice(packet)
                pair.harness.io.advance(index % 2 == 0 ? .milliseconds(-4) : .zero)
            }
            pair.harness.io.advance(.milliseconds(20))
        }
        let figures = try #require(pair.harness.release(pair.alicePort).first)
        #expect(figures.packetsLost == lost)
        #expect(figures.packetsReceived == taken)
        let jitter = try #require(figures.jitterMicroseconds)
        #expect((2_500...4_000).contains(jitter))
        #expect((figures.longestGapMilliseconds ?? 0) >= 40)
    }
}
