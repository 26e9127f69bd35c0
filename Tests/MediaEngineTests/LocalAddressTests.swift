import MediaControl
import PBXBase
import RTPGrammar
import Testing

@testable import MediaEngine

/// Ports bound to every address of a machine that has several: the peer talks to the one that SDP told it.
struct LocalAddressTests {
    private static let everywhere = MediaEngineSettings(
        ports: 20_000...20_099, ipv4Address: .ipv4Any, ipv6Address: .ipv6Any)
    private static let report = RTCPCompoundWriter(ssrc: SSRC(1), canonicalName: "a").datagram(sent: nil, heard: [])

    /// Alice was told an address that the route to her does not suggest, bob the suggested one.
    private struct Scene {
        let pair: BridgedPair
        let told: IPAddress
        let routed: IPAddress

        var harness: WorkerHarness { pair.harness }
        var aliceTarget: Endpoint { Endpoint(told, port: pair.alicePort.rtp.port) }
        var bobTarget: Endpoint { Endpoint(routed, port: pair.bobPort.rtp.port) }
        var alicePlan: MediaPlan { BridgedPair.plan(local: told, remote: pair.alice, sink: pair.bobPort) }
        var bobPlan: MediaPlan { BridgedPair.plan(local: routed, remote: pair.bob, sink: pair.alicePort) }

        init(isIPv6: Bool = false) throws {
            pair = try BridgedPair(settings: everywhere, isIPv6: isIPv6)
            let prefix: UInt64 = 0x2001_0DB8_0000_0000
            told = isIPv6 ? IPAddress(ipv6High: prefix, low: 0x22) : IPAddress(ipv4: 0xC000_0222)
            routed = isIPv6 ? IPAddress(ipv6High: prefix, low: 0x11) : IPAddress(ipv4: 0xC000_0211)
            pair.harness.io.routedAddress = routed
            pair.connect(alicePlan: alicePlan, bobPlan: bobPlan)
        }
    }

    @Test(arguments: [false, true]) func audioFlowsBothWaysFromTheAddressThatSDPNamed(isIPv6: Bool) throws {
        let scene = try Scene(isIPv6: isIPv6)
        var alice = TestStream()
        var bob = TestStream(ssrc: SSRC(0xB2))
        // Alice hears bob from the right address even before she has said anything.
        #expect(
            scene.harness.deliver(bob.packet(), from: scene.pair.bob, to: scene.bobTarget).map(\.from)
                == [scene.aliceTarget])
        for _ in 0..<20 {
            let there = scene.harness.deliver(alice.packet(), from: scene.pair.alice, to: scene.aliceTarget)
            #expect(there.map(\.from) == [scene.bobTarget])
            #expect(there.map(\.to) == [scene.pair.bob])
            let back = scene.harness.deliver(bob.packet(), from: scene.pair.bob, to: scene.bobTarget)
            #expect(back.map(\.from) == [scene.aliceTarget])
            #expect(back.map(\.to) == [scene.pair.alice])
        }
        let figures = scene.harness.release(scene.pair.alicePort, scene.pair.bobPort)
        #expect(figures.map(\.packetsReceived) == [20, 21])
        #expect(figures.map(\.packetsDropped) == [0, 0])
    }

    @Test func theKernelFiltersWhereTheRouteAgrees() throws {
        let scene = try Scene()
        var stream = TestStream()
        scene.harness.deliver(stream.packet(), from: scene.pair.alice, to: scene.aliceTarget)
        scene.harness.deliver(stream.packet(), from: scene.pair.bob, to: scene.bobTarget)
        #expect(scene.harness.io.peer(of: scene.pair.alicePort.rtp) == nil)
        #expect(scene.harness.io.peer(of: scene.pair.bobPort.rtp) == scene.pair.bob)
    }

    @Test func strangersAreKeptOut() throws {
        let scene = try Scene()
        var stream = TestStream()
        var stray = TestStream(ssrc: SSRC(9))
        let stranger = Endpoint(IPAddress(ipv4: 0xC633_6401), port: 4_000)
        scene.harness.deliver(stream.packet(), from: scene.pair.alice, to: scene.aliceTarget)
        for _ in 0..<50 {
            #expect(scene.harness.deliver(stray.packet(), from: stranger, to: scene.aliceTarget).isEmpty)
        }
        #expect(scene.harness.deliver(stream.packet(), from: scene.pair.alice, to: scene.aliceTarget).count == 1)
        #expect(scene.harness.release(scene.pair.alicePort).map(\.packetsDropped) == [50])
    }

    @Test func rtcpLeavesFromTheSameAddress() throws {
        let scene = try Scene()
        let (pair, harness) = (scene.pair, scene.harness)
        let aliceRTCP = Endpoint(pair.alice.address, port: pair.alice.port + 1)
        let bobRTCP = Endpoint(pair.bob.address, port: pair.bob.port + 1)
        let alicePort = Endpoint(scene.told, port: pair.alicePort.rtcp.port)
        let bobPort = Endpoint(scene.routed, port: pair.bobPort.rtcp.port)
        #expect(
            harness.deliver(Self.report, from: aliceRTCP, to: alicePort)
                == [.init(from: bobPort, to: bobRTCP, bytes: Self.report)])
        #expect(
            harness.deliver(Self.report, from: bobRTCP, to: bobPort)
                == [.init(from: alicePort, to: aliceRTCP, bytes: Self.report)])
    }

    @Test func aNewPeerIsLearnedOnTheSameAddress() throws {
        let scene = try Scene()
        var stream = TestStream()
        scene.harness.deliver(stream.packet(), from: scene.pair.alice, to: scene.aliceTarget)
        _ = scene.harness.takeEvents()
        let newPhone = Endpoint(IPAddress(ipv4: 0xC000_0209), port: 7_000)
        var plan = BridgedPair.plan(local: scene.told, remote: newPhone, sink: scene.pair.bobPort)
        plan.latchGeneration = 1
        scene.harness.apply((scene.pair.alicePort, plan))
        #expect(scene.harness.deliver(stream.packet(), from: scene.pair.alice, to: scene.aliceTarget).isEmpty)
        var newStream = TestStream(ssrc: SSRC(0xB2))
        #expect(scene.harness.deliver(newStream.packet(), from: newPhone, to: scene.aliceTarget).count == 1)
        #expect(scene.harness.takeEvents() == [.latched(scene.pair.alicePort.id, remote: newPhone)])
        let back = scene.harness.deliver(stream.packet(), from: scene.pair.bob, to: scene.bobTarget)
        #expect(back.map(\.from) == [scene.aliceTarget])
        #expect(back.map(\.to) == [newPhone])
    }

    @Test func aPeerThatIsToldAnotherAddressIsLearnedAnew() throws {
        let scene = try Scene()
        var stream = TestStream()
        scene.harness.deliver(stream.packet(), from: scene.pair.bob, to: scene.bobTarget)
        var plan = scene.bobPlan
        plan.local = scene.told
        scene.harness.apply((scene.pair.bobPort, plan))
        let target = Endpoint(scene.told, port: scene.bobTarget.port)
        #expect(scene.harness.deliver(stream.packet(), from: scene.pair.bob, to: target).count == 1)
        #expect(scene.harness.deliver(stream.packet(), from: scene.pair.bob, to: target).count == 1)
    }

    @Test func aPortBoundToOneAddressNeedsNoChoice() throws {
        let pair = try BridgedPair()
        let elsewhere = IPAddress(ipv4: 0xC000_0222)
        pair.connect(alicePlan: BridgedPair.plan(local: elsewhere, remote: pair.alice, sink: pair.bobPort))
        var stream = TestStream()
        #expect(pair.fromAlice(stream.packet()).count == 1)
        #expect(pair.harness.io.peer(of: pair.alicePort.rtp) == pair.alice)
        #expect(pair.fromBob(stream.packet()).map(\.from) == [pair.alicePort.rtp])
    }
}

/// The same on real sockets: `127.0.0.2` and `127.0.0.3` are addresses of every Linux machine, and the route to
/// `127.0.0.1` suggests neither.
@Suite(.serialized)
struct LocalAddressLoopbackTests {
    private let told = (alice: IPAddress(ipv4: 0x7F00_0002), bob: IPAddress(ipv4: 0x7F00_0003))

    @Test func phonesTalkToTheAddressesThatTheyWereTold() throws {
        let engine = try LiveEngine(ports: 21_500...21_599, ipv4Address: .ipv4Any)
        let leases = try engine.prepare(2)
        let alice = try UDPSocket()
        let bob = try UDPSocket()
        let alicePort = Endpoint(told.alice, port: leases[0].rtp.port)
        let bobPort = Endpoint(told.bob, port: leases[1].rtp.port)
        engine.apply(
            (leases[0], BridgedPair.plan(local: told.alice, remote: alice.local, sink: leases[1])),
            (leases[1], BridgedPair.plan(local: told.bob, remote: bob.local, sink: leases[0])))
        let stranger = try UDPSocket()
        var stray = TestStream(ssrc: SSRC(9))
        var stream = TestStream()
        for index in 0..<50 {
            let packet = stream.packet()
            alice.send(packet, to: alicePort)
            let there = try #require(bob.receive())
            #expect(there.bytes == packet)
            #expect(there.source == bobPort)
            // Alice is known for certain once bob was heard as well.
            if index > 0 { stranger.send(stray.packet(), to: alicePort) }
            bob.send(packet, to: bobPort)
            let back = try #require(alice.receive())
            #expect(back.bytes == packet)
            #expect(back.source == alicePort)
        }
        // The call moves to another phone.
        let desk = try UDPSocket()
        var plan = BridgedPair.plan(local: told.alice, remote: desk.local, sink: leases[1])
        plan.latchGeneration = 1
        engine.apply((leases[0], plan))
        #expect(
            try Set(engine.events(2)) == [
                .latched(leases[0].id, remote: alice.local), .latched(leases[1].id, remote: bob.local),
            ])
        var deskStream = TestStream(ssrc: SSRC(0xD5))
        desk.send(deskStream.packet(), to: alicePort)
        #expect(bob.receive()?.source == bobPort)
        #expect(try engine.events(1) == [.latched(leases[0].id, remote: desk.local)])
        bob.send(stream.packet(), to: bobPort)
        #expect(desk.receive()?.source == alicePort)

        let figures = try engine.release(leases)
        #expect(figures.map(\.packetsReceived) == [51, 51])
        #expect(figures.map(\.packetsDropped) == [49, 0])
    }

    @Test(arguments: [false, true]) func rtcpComesFromThereToo(isIPv6: Bool) throws {
        // There is one version 6 loopback address only, but choosing it explicitly has to work as well.
        let told = isIPv6 ? IPAddress.ipv6Loopback : told.alice
        let engine = try LiveEngine(ports: 21_600...21_699, ipv4Address: .ipv4Any, ipv6Address: .ipv6Any)
        let leases = try engine.prepare(2, isIPv6: isIPv6)
        let phones = try (0..<2).map { _ in
            (rtp: try UDPSocket(isIPv6: isIPv6), rtcp: try UDPSocket(isIPv6: isIPv6))
        }
        let plans = [0, 1].map { index in
            var plan = BridgedPair.plan(local: told, remote: phones[index].rtp.local, sink: leases[1 - index])
            plan.remoteRTCP = phones[index].rtcp.local
            return plan
        }
        engine.apply((leases[0], plans[0]), (leases[1], plans[1]))
        let report = RTCPCompoundWriter(ssrc: SSRC(1), canonicalName: "a").datagram(sent: nil, heard: [])
        for index in [0, 1, 0, 1] {
            phones[index].rtcp.send(report, to: Endpoint(told, port: leases[index].rtcp.port))
            let arrival = try #require(phones[1 - index].rtcp.receive())
            #expect(arrival.bytes == report)
            #expect(arrival.source == Endpoint(told, port: leases[1 - index].rtcp.port))
        }
        // Audio towards a phone that has not said anything yet.
        var stream = TestStream()
        phones[0].rtp.send(stream.packet(), to: Endpoint(told, port: leases[0].rtp.port))
        #expect(phones[1].rtp.receive()?.source == Endpoint(told, port: leases[1].rtp.port))
    }
}
