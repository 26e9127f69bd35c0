import MediaControl
import PBXBase
import PBXModel
import SIPGrammar
import Simulation
import Testing

/// The kit itself: phones that call each other without an exchange, over every kind of path.
@Suite struct SimulationKitTests {
    private func pair(
        _ quality: PathQuality, seed: UInt64 = 1, transport: SIPTransportKind = .udp
    ) -> (world: SimulatedWorld, caller: ScriptedPhone, callee: ScriptedPhone) {
        let world = SimulatedWorld(network: SimulatedNetwork(quality: quality, seed: seed))
        let here = Endpoint(IPAddress(ipv4: 0x0A00_0101), port: 5_060)
        let there = Endpoint(IPAddress(ipv4: 0x0A00_0102), port: 5_060)
        let caller = ScriptedPhone("101", at: here, server: there, transport: transport, seed: seed &+ 100)
        let callee = ScriptedPhone("102", at: there, server: here, transport: transport, seed: seed &+ 200)
        world.add(caller)
        world.add(callee)
        return (world, caller, callee)
    }

    @Test(arguments: [SIPTransportKind.udp, .tcp])
    func `two phones ring, talk, hold and hang up`(transport: SIPTransportKind) throws {
        let (world, caller, callee) = pair(.good, transport: transport)
        let call = caller.call("102", now: world.now.instant)
        world.settle()
        world.run(for: .seconds(1))
        let other = try #require(callee.call)
        callee.ring(other, now: world.now.instant)
        world.settle()
        world.run(for: .seconds(2))
        #expect(call.state == .ringing)
        callee.answer(other, now: world.now.instant)
        world.settle()
        world.run(for: .seconds(1))
        #expect(call.statuses == [180, 200])
        #expect(call.state == .established)
        #expect(other.state == .established)
        #expect(call.remoteMedia?.endpoint.address == callee.address)

        caller.setHold(true, call, now: world.now.instant)
        world.settle()
        world.run(for: .seconds(1))
        #expect(call.isHolding)
        #expect(call.remoteMedia?.direction == .recvonly)

        callee.hangUp(other, now: world.now.instant)
        world.settle()
        world.run(for: .seconds(60))
        #expect(call.state == .ended)
        #expect(other.isByeConfirmed)
        #expect(world.deadline == nil)
        #expect(world.violations.isEmpty)
    }

    @Test func `a call that is given up ends with 487 on both sides`() throws {
        let (world, caller, callee) = pair(.good)
        let call = caller.call("102", now: world.now.instant)
        world.settle()
        world.run(for: .seconds(1))
        callee.ring(try #require(callee.call), now: world.now.instant)
        world.settle()
        world.run(for: .seconds(1))
        caller.cancel(call, now: world.now.instant)
        world.settle()
        world.run(for: .seconds(60))
        #expect(call.statuses == [180, 487])
        #expect(call.state == .ended)
        #expect(callee.call?.state == .ended)
        #expect(world.deadline == nil)
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `every call between two phones ends on a poor path`(seed: UInt64) {
        let (world, caller, callee) = pair(.poor, seed: seed)
        var habits = PhoneHabits()
        habits.pause = .milliseconds(100)...Interval.seconds(3)
        habits.talkTime = .milliseconds(500)...Interval.seconds(5)
        callee.habits = habits
        var answeredCount = 0
        for _ in 0..<10 {
            let call = caller.call("102", now: world.now.instant)
            world.settle()
            world.run(for: .seconds(20))
            if call.statuses.contains(200) { answeredCount += 1 }
            caller.hangUp(call, now: world.now.instant)
            world.settle()
            world.run(for: .seconds(120))
            #expect(!call.isLive)
        }
        #expect(answeredCount > 0)
        #expect(caller.liveCalls.isEmpty)
        #expect(callee.liveCalls.isEmpty)
        #expect(world.violations.isEmpty)
        #expect(world.network.counts.lost > 0)
    }

    @Test func `the same seed makes the same world`() {
        func run(_ seed: UInt64) -> SimulatedNetwork.Counts {
            let (world, caller, callee) = pair(.poor, seed: seed)
            callee.habits = PhoneHabits()
            caller.call("102", now: world.now.instant)
            world.settle()
            world.run(for: .seconds(200))
            return world.network.counts
        }
        #expect(run(7) == run(7))
        #expect(run(7) != run(8))
    }

    @Test func `a bad path loses, doubles and reorders about as often as it says`() {
        var quality = PathQuality()
        quality.lostPerMille = 100
        quality.duplicatedPerMille = 50
        var network = SimulatedNetwork(quality: quality, seed: 3)
        let flow = Flow(
            transport: .udp, local: Endpoint(.ipv4Loopback, port: 1), remote: Endpoint(.ipv4Loopback, port: 2))
        for _ in 0..<10_000 { _ = network.send(Outgoing([1], on: flow), now: .zero) }
        #expect((900...1_100).contains(network.counts.lost))
        #expect((400...500).contains(network.counts.duplicated))
    }

    @Test func `a stream keeps its order, and tells both ends when it breaks`() {
        var quality = PathQuality.poor
        quality.lostPerMille = 500
        var network = SimulatedNetwork(quality: quality, seed: 4)
        let here = Endpoint(.ipv4Loopback, port: 1)
        let there = Endpoint(.ipv4Loopback, port: 2)
        let number = network.connect(here, to: there)
        let flow = Flow(transport: .tcp, local: here, remote: there, connection: number)
        for byte in UInt8(0)..<200 {
            let isSent = network.send(Outgoing([byte], on: flow), now: .zero)
            #expect(isSent)
        }
        network.disconnect(number, now: .zero)
        let isSentAfterwards = network.send(Outgoing([1], on: flow), now: .zero)
        #expect(!isSentAfterwards)
        var bytes: [UInt8] = []
        var closed = 0
        while let due = network.deadline, let arrival = network.popDue(now: due) {
            switch arrival {
            case .message(let message, _): bytes += message
            case .connectionClosed: closed += 1
            }
        }
        #expect(bytes == Array(0..<200))
        #expect(closed == 2)
    }
}

/// The stand-ins object to what their originals could not do.
@Suite struct FakeMediaTests {
    private func leased(_ count: Int) -> (FakeMedia, [MediaPortID]) {
        var media = FakeMedia(ipv4: .ipv4Loopback)
        media.carryOut(.prepare(worker: 0, count: count, isIPv6: false), now: .zero)
        guard case .leased(let leases) = media.popDue(now: .zero + .seconds(1)) else { return (media, []) }
        return (media, leases.map(\.id))
    }

    @Test func `a port is planned, released once and clean again`() {
        var (media, ports) = leased(2)
        media.carryOut(
            .apply([
                .init(port: ports[0], plan: MediaPlan(sink: ports[1])),
                .init(port: ports[1], plan: MediaPlan(sink: ports[0])),
            ]), now: .zero)
        #expect(media.busyCount == 2)
        media.carryOut(.release(ports), now: .zero)
        while media.popDue(now: .zero + .seconds(1)) != nil {}
        #expect(media.busyCount == 0)
        #expect(media.violations.isEmpty)
    }

    @Test func `orders for ports that are not ours to order are found`() {
        var (media, ports) = leased(2)
        let stranger = MediaPortID(worker: 0, slot: 99)
        media.carryOut(.apply([.init(port: stranger, plan: MediaPlan())]), now: .zero)
        media.carryOut(.apply([.init(port: ports[0], plan: MediaPlan(sink: ports[1]))]), now: .zero)
        media.carryOut(.release([ports[0]]), now: .zero)
        media.carryOut(.release([ports[0]]), now: .zero)
        media.carryOut(.apply([.init(port: ports[0], plan: MediaPlan())]), now: .zero)
        #expect(media.violations.count == 4)
    }

    @Test func `a peer that fell silent is told after the limit, unless it speaks again`() {
        var (media, ports) = leased(1)
        let peer = Endpoint(IPAddress(ipv4: 0x0A00_0101), port: 40_000)
        let plan = MediaPlan(remote: peer, silenceLimit: .seconds(10))
        media.carryOut(.apply([.init(port: ports[0], plan: plan)]), now: .zero)
        #expect(media.deadline == nil)
        media.fallSilent(peer.address, now: .zero)
        media.speakAgain(peer.address)
        #expect(media.deadline == nil)
        media.fallSilent(peer.address, now: .zero + .seconds(1))
        #expect(media.popDue(now: .zero + .seconds(11)) == .silent(ports[0], afterSeconds: 10))
    }

    @Test func `the range is finite`() {
        var media = FakeMedia(ipv4: .ipv4Loopback, portsMax: 3)
        media.carryOut(.prepare(worker: 0, count: 5, isIPv6: false), now: .zero)
        guard case .leased(let leases) = media.popDue(now: .zero + .seconds(1)) else {
            Issue.record("no leases")
            return
        }
        #expect(leases.count == 3)
        #expect(
            media.popDue(now: .zero + .seconds(1)) == .leasesExhausted(worker: 0, isIPv6: false, missing: 2))
    }
}
