import MediaControl
import MediaSecurity
import PBXBase
import Testing

/// A waiting port and several who speak to it: the phone that it waits for, and strangers that would like to end its
/// call, or to have it.
struct StrangerTests {
    private static let exchange = Endpoint(IPAddress(ipv4: 0xC000_0202), port: 4_004)
    private static let phoneAddress = Endpoint(IPAddress(ipv4: 0xC000_0201), port: 4_002)

    /// One who shakes hands with the port from an address of its own.
    private struct Caller: ~Copyable {
        let address: Endpoint
        var leg: LegSecurity

        init(_ address: Endpoint, _ identity: DTLSIdentity, expecting server: DTLSIdentity, now: Instant) throws {
            self.address = address
            var leg = LegSecurity(identity: identity)
            try leg.apply(
                .dtls(DTLSPlan(role: .client, remoteFingerprints: [server.fingerprint])), ice: nil, now: now)
            self.leg = leg
        }

        /// Lets flights go to and fro, `rounds` at most; what the port told.
        mutating func speak(to port: inout LegSecurity, rounds: Int = 20, now: Instant) -> [LegSecurity.Event] {
            var events: [LegSecurity.Event] = []
            for _ in 0..<rounds {
                while let datagram = leg.nextDatagram() {
                    StrangerTests.deliver(datagram.bytes, to: &port, from: address, now: now)
                }
                while let event = port.nextEvent() { events.append(event) }
                while let datagram = port.nextDatagram() {
                    guard datagram.target == address else { continue }
                    StrangerTests.deliver(datagram.bytes, to: &leg, from: StrangerTests.exchange, now: now)
                }
            }
            return events
        }
    }

    private static func deliver(_ bytes: [UInt8], to leg: inout LegSecurity, from source: Endpoint, now: Instant) {
        var buffer = bytes + [UInt8](repeating: 0, count: LegSecurity.roomBytes)
        _ = buffer.withUnsafeMutableBytes { leg.receive($0, count: bytes.count, from: source, now: now) }
    }

    private var now = Instant(nanoseconds: 1_000_000_000)
    private let identity: DTLSIdentity
    private let phoneIdentity: DTLSIdentity

    init() throws {
        identity = try DTLSIdentity()
        phoneIdentity = try DTLSIdentity()
    }

    private func waitingPort() throws -> LegSecurity {
        var port = LegSecurity(identity: identity)
        try port.apply(
            .dtls(DTLSPlan(role: .server, remoteFingerprints: [phoneIdentity.fingerprint])), ice: nil, now: now)
        return port
    }

    private func phone() throws -> Caller {
        try Caller(Self.phoneAddress, phoneIdentity, expecting: identity, now: now)
    }

    private func stranger(_ number: UInt32) throws -> Caller {
        let address = Endpoint(IPAddress(ipv4: 0xC633_6400 + number), port: 5_000)
        return try Caller(address, DTLSIdentity(), expecting: identity, now: now)
    }

    /// It has the address proved, and the port's whole attention, and then says no more.
    @Test func aStrangerThatStallsIsPassedBy() throws {
        var port = try waitingPort()
        var stranger = try stranger(1)
        let told1 = stranger.speak(to: &port, rounds: 2, now: now)
        #expect(told1 == [])
        var phone = try phone()
        let events = phone.speak(to: &port, now: now)
        #expect(events == [.secured(.aeadAES128GCM, remote: Self.phoneAddress)])
        // The stranger wakes up: nothing changes.
        let told2 = stranger.speak(to: &port, now: now)
        #expect(told2 == [])
    }

    @Test func asManyStrangersAsThereIsRoomForDoNotKeepThePhoneOut() throws {
        var port = try waitingPort()
        for number in 1...4 as ClosedRange<UInt32> {
            var stranger = try stranger(number)
            _ = stranger.speak(to: &port, rounds: 2, now: now)
        }
        let later = now + .seconds(2)
        var phone = try phone()
        let events = phone.speak(to: &port, now: later)
        #expect(events == [.secured(.aeadAES128GCM, remote: Self.phoneAddress)])
    }

    /// Who is alone with a wrong certificate is told of, once, and only when the phone has had time to come.
    @Test func aWrongCertificateIsToldAfterAWhile() throws {
        var port = try waitingPort()
        var stranger = try stranger(1)
        let told3 = stranger.speak(to: &port, now: now)
        #expect(told3 == [])
        let due = port.deadline
        let deadline = try #require(due)
        #expect(deadline == now + .seconds(3))
        port.timeout(now: deadline)
        let event = port.nextEvent()
        #expect(event == .failed(.fingerprintMismatched))
        port.timeout(now: deadline + .seconds(1))
        let none = port.nextEvent()
        #expect(none == nil)
        // It may still come.
        var phone = try phone()
        let events = phone.speak(to: &port, now: deadline)
        #expect(events == [.secured(.aeadAES128GCM, remote: Self.phoneAddress)])
    }

    @Test func aHostThatKeepsFailingIsNotListenedTo() throws {
        var port = try waitingPort()
        for _ in 0..<4 {
            var stranger = try stranger(1)
            _ = stranger.speak(to: &port, now: now)
        }
        var fifth = try stranger(1)
        while let datagram = fifth.leg.nextDatagram() {
            Self.deliver(datagram.bytes, to: &port, from: fifth.address, now: now)
        }
        let answer = port.nextDatagram()?.bytes
        #expect(answer == nil)
        var phone = try phone()
        let events = phone.speak(to: &port, now: now)
        #expect(events == [.secured(.aeadAES128GCM, remote: Self.phoneAddress)])
    }
}
