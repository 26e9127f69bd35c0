import Glibc
import MediaControl
import PBXBase
import RTPGrammar
import Testing

@testable import MediaEngine

/// The whole engine on real sockets of this machine.
@Suite(.serialized)
struct EngineLoopbackTests {
    @Test(arguments: [false, true]) func forwardsBetweenTwoPhones(isIPv6: Bool) throws {
        let engine = try LiveEngine(ports: 21_000...21_099)
        let leases = try engine.prepare(2, isIPv6: isIPv6)
        let alice = try UDPSocket(isIPv6: isIPv6)
        let bob = try UDPSocket(isIPv6: isIPv6)
        engine.connect((leases[0], alice), (leases[1], bob))
        var stream = TestStream()
        for index in 0..<50 {
            let packet = stream.packet()
            alice.send(packet, to: leases[0].rtp)
            let arrival = try #require(bob.receive())
            #expect(arrival.bytes == packet)
            #expect(arrival.source == leases[1].rtp)
            bob.send(packet, to: leases[1].rtp)
            #expect(alice.receive()?.bytes == packet)
            if index == 0 {
                #expect(
                    try engine.events(2) == [
                        .latched(leases[0].id, remote: alice.local), .latched(leases[1].id, remote: bob.local),
                    ])
            }
        }
        // The kernel keeps strangers out by now.
        let stranger = try UDPSocket(isIPv6: isIPv6)
        stranger.send(stream.packet(), to: leases[0].rtp)
        alice.send(stream.packet(), to: leases[0].rtp)
        #expect(bob.receive()?.bytes[3] == UInt8(truncatingIfNeeded: stream.sequence.value &- 1))

        let figures = try engine.release(leases)
        #expect(figures.map(\.packetsReceived) == [51, 50])
        #expect(figures.map(\.packetsSent) == [50, 51])
        #expect(figures.map(\.packetsLost) == [1, 0])
    }

    /// Routers are to hurry voice: DSCP EF (RFC 3246), 46, in the upper six bits.
    @Test(arguments: [false, true]) func packetsAskForExpeditedForwarding(isIPv6: Bool) throws {
        let engine = try LiveEngine(ports: 21_600...21_699)
        let leases = try engine.prepare(2, isIPv6: isIPv6)
        let alice = try UDPSocket(isIPv6: isIPv6)
        let bob = try UDPSocket(isIPv6: isIPv6)
        bob.watchTrafficClass()
        engine.connect((leases[0], alice), (leases[1], bob))
        var stream = TestStream()
        alice.send(stream.packet(), to: leases[0].rtp)
        #expect(bob.receiveTrafficClass() == 46 << 2)
    }

    @Test func plansThatWokeNobodyAreInForceForTheFirstPacket() throws {
        let engine = try LiveEngine(ports: 21_500...21_599)
        let leases = try engine.prepare(2)
        let alice = try UDPSocket()
        let bob = try UDPSocket()
        let plans = [
            BridgedPair.plan(remote: alice.local, sink: leases[1]),
            BridgedPair.plan(remote: bob.local, sink: leases[0]),
        ]
        let assignments = zip(leases, plans).map { MediaCommand.Assignment(port: $0.id, plan: $1) }
        #expect(engine.engine.send(.apply(assignments), attending: true))
        #expect(engine.engine.hasPatientCommands)
        #expect(!engine.engine.stopAttending())
        var stream = TestStream()
        let packet = stream.packet()
        alice.send(packet, to: leases[0].rtp)
        #expect(bob.receive()?.bytes == packet)
        #expect(try engine.events(1) == [.latched(leases[0].id, remote: alice.local)])
    }

    @Test func patienceEndsWithTheWakeUpAndIsForFirstPlansAlone() throws {
        let engine = try LiveEngine(ports: 21_600...21_699)
        let lease = try #require(try engine.prepare(1).first)
        var plan = BridgedPair.plan(remote: nil, sink: nil)
        plan.silenceLimit = .milliseconds(1)
        #expect(engine.engine.send(.apply([.init(port: lease.id, plan: plan)]), attending: true))
        #expect(!engine.engine.stopAttending())
        engine.engine.wakePatientWorkers()
        #expect(!engine.engine.hasPatientCommands)
        #expect(try engine.events(1) == [.silent(lease.id, afterSeconds: 0)])
        plan.latchGeneration = 1
        #expect(engine.engine.send(.apply([.init(port: lease.id, plan: plan)]), attending: true))
        #expect(!engine.engine.hasPatientCommands)
        _ = engine.engine.stopAttending()
        #expect(try engine.events(1) == [.silent(lease.id, afterSeconds: 0)])
    }

    @Test func aReleasedPortServesAgain() throws {
        let engine = try LiveEngine(ports: 21_100...21_199)
        let leases = try engine.prepare(2)
        for _ in 0..<3 {
            let alice = try UDPSocket()
            let bob = try UDPSocket()
            engine.connect((leases[0], alice), (leases[1], bob))
            var stream = TestStream()
            let packet = stream.packet()
            alice.send(packet, to: leases[0].rtp)
            #expect(bob.receive()?.bytes == packet)
            #expect(engine.engine.send(.release(leases.map(\.id))))
            #expect(try engine.events(3).count == 3)
        }
    }

    @Test func reportsAPeerThatRefuses() throws {
        let engine = try LiveEngine(ports: 21_200...21_299)
        let leases = try engine.prepare(2)
        let alice = try UDPSocket()
        var bob: UDPSocket? = try UDPSocket()
        if let bob { engine.connect((leases[0], alice), (leases[1], bob)) }
        var stream = TestStream()
        bob?.send(stream.packet(), to: leases[1].rtp)
        alice.send(stream.packet(), to: leases[0].rtp)
        #expect(try engine.events(2).count == 2)
        _ = bob?.receive()
        bob = nil
        for _ in 0..<5 { alice.send(stream.packet(), to: leases[0].rtp) }
        #expect(try engine.events(1) == [.refused(leases[1].id)])
    }

    @Test(arguments: [false, true]) func reportsAPeerThatRefusesBeforeItEverSent(isIPv6: Bool) throws {
        let engine = try LiveEngine(ports: isIPv6 ? 21_300...21_319 : 21_320...21_339)
        let leases = try engine.prepare(2, isIPv6: isIPv6)
        let alice = try UDPSocket(isIPv6: isIPv6)
        let closed = try UDPSocket(isIPv6: isIPv6).local
        engine.apply(
            (leases[0], BridgedPair.plan(remote: alice.local, sink: leases[1])),
            (leases[1], BridgedPair.plan(remote: closed, sink: leases[0])))
        var stream = TestStream()
        alice.send(stream.packet(), to: leases[0].rtp)
        #expect(
            try Set(engine.events(2)) == [.latched(leases[0].id, remote: alice.local), .refused(leases[1].id)])
    }

    @Test func preparesThousandsOfPairsQuickly() throws {
        let engine = try LiveEngine(ports: 22_000...27_999, workers: 2)
        let start = ContinuousClock.now
        #expect(engine.engine.send(.prepare(worker: 0, count: 1_000, isIPv6: false)))
        #expect(engine.engine.send(.prepare(worker: 1, count: 1_000, isIPv6: false)))
        var ports: Set<UInt16> = []
        while ports.count < 2_000 {
            for event in try engine.events(1) {
                guard case .leased(let leases) = event else {
                    Issue.record("unexpected \(event)")
                    return
                }
                for lease in leases {
                    #expect(lease.rtp.port % 2 == 0)
                    #expect(lease.rtcp.port == lease.rtp.port + 1)
                    #expect(lease.rtp.port / 2 % 2 == UInt16(lease.id.worker))
                    ports.insert(lease.rtp.port)
                }
            }
        }
        #expect(ContinuousClock.now - start < .seconds(2))
    }

    @Test func commandsBeyondTheRingAreNotLost() throws {
        let engine = try LiveEngine(ports: 21_300...21_399, commandsMax: 4, eventsMax: 4)
        let leases = try engine.prepare(10)
        for lease in leases {
            let plan = BridgedPair.plan(remote: nil, sink: nil)
            #expect(engine.engine.send(.apply([.init(port: lease.id, plan: plan)])))
        }
        for lease in leases { #expect(engine.engine.send(.release([lease.id]))) }
        let events = try engine.events(10)
        #expect(events == leases.map { .released($0.id, MediaStatistics()) })
    }

    @Test func refusesSettingsThatCannotWork() {
        #expect(throws: MediaEngineError.self) { try MediaWorkers(settings: .init(workers: 0)) }
        #expect(throws: MediaEngineError.self) { try MediaWorkers(settings: .init(ports: 40_000...40_003, workers: 4)) }
        #expect(throws: MediaEngineError.self) { try MediaWorkers(settings: .init(ipv4Address: .ipv6Any)) }
    }

    @Test func endOfFileFollowsStop() throws {
        let engine = try LiveEngine(ports: 21_400...21_499)
        engine.engine.stop()
        engine.engine.stop()
        var byte: UInt8 = 0
        #expect(read(engine.engine.eventDescriptor, &byte, 1) == 0)
    }
}
