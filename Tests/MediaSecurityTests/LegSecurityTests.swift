import CAllocationCounter
import MediaControl
import MediaSecurity
import PBXBase
import Testing

struct LegSecurityTests {
    private static let now = Instant(nanoseconds: 1_000)
    private static let phone = Endpoint(IPAddress(ipv4: 0xC000_0201), port: 4_002)
    private static let exchange = Endpoint(IPAddress(ipv4: 0xC000_0202), port: 4_004)

    @Test func plainPacketsPassUntouched() throws {
        var leg = LegSecurity(identity: try DTLSIdentity())
        var random = SeededRandom(seed: 1)
        let rtp = TestPackets.rtp(ssrc: 1, sequence: 1, payloadBytes: 20, random: &random)
        let rtcp = TestPackets.rtcp(ssrc: 1, words: 5, random: &random)
        #expect(Self.receive(rtp, &leg) == .rtp(rtp))
        #expect(Self.receive(rtcp, &leg) == .rtcp(rtcp))
        #expect(Self.protect(rtp, &leg) == rtp)
        // Nobody asked for checks or a handshake.
        #expect(Self.receive([0, 1] + rtp, &leg) == .other(.refused))
        #expect(Self.receive([22, 0xFE] + rtp, &leg) == .other(.refused))
        #expect(Self.receive([64, 1, 2], &leg) == .other(.refused))
        #expect(Self.receive([0x80], &leg) == .other(.refused))
        #expect(leg.deadline == nil)
    }

    /// The two directions may be of different profiles, and so may the two legs of a call.
    @Test(arguments: SRTPProfile.allCases, SRTPProfile.allCases)
    func packetsPassBetweenProfiles(there: SRTPProfile, back: SRTPProfile) throws {
        var random = SeededRandom(seed: 1)
        let keys = [SRTPKeys(profile: there, from: &random), SRTPKeys(profile: back, from: &random)]
        let identity = try DTLSIdentity()
        var alice = LegSecurity(identity: identity)
        var bob = LegSecurity(identity: identity)
        try alice.apply(.sdes(send: keys[0], receive: keys[1]), ice: nil, now: Self.now)
        try bob.apply(.sdes(send: keys[1], receive: keys[0]), ice: nil, now: Self.now)
        let rtp = TestPackets.rtp(ssrc: 1, sequence: 1, payloadBytes: 20, random: &random)
        let rtcp = TestPackets.rtcp(ssrc: 1, words: 5, random: &random)
        let protected = try required(Self.protect(rtp, &alice))
        #expect(protected != rtp)
        #expect(Self.receive(protected, &bob) == .rtp(rtp))
        #expect(Self.receive(protected, &bob) == .other(.refused))
        #expect(bob.refusals.replayed == 1)
        #expect(Self.receive(try required(Self.protect(rtp, &bob)), &alice) == .rtp(rtp))
        #expect(Self.receive(try required(Self.protectRTCP(rtcp, &alice)), &bob) == .rtcp(rtcp))
    }

    /// A new plan with the old keys must not begin to count anew: after a roll-over nothing would be understood.
    @Test func rollOverCountersOutliveThePlan() throws {
        var pair = try SDESPair()
        for number in stride(from: 0, through: 140_000, by: 10_000) {
            #expect(pair.passes(sequence: UInt16(truncatingIfNeeded: number)) == true)
        }
        let ice = ICEPlan(local: try #require(ICECredentials(usernameFragment: "abcd", password: pair.password)))
        try pair.alice.apply(.sdes(send: pair.keys[0], receive: pair.keys[1]), ice: ice, now: Self.now)
        try pair.bob.apply(.sdes(send: pair.keys[1], receive: pair.keys[0]), ice: ice, now: Self.now)
        #expect(pair.passes(sequence: UInt16(truncatingIfNeeded: 140_001)) == true)
        // Only what changes begins anew.
        var random = SeededRandom(seed: 77)
        let other = SRTPKeys(profile: .aeadAES128GCM, from: &random)
        try pair.bob.apply(.sdes(send: other, receive: pair.keys[0]), ice: ice, now: Self.now)
        #expect(pair.passes(sequence: UInt16(truncatingIfNeeded: 140_002)) == true)
        try pair.bob.apply(.sdes(send: other, receive: other), ice: ice, now: Self.now)
        #expect(pair.passes(sequence: UInt16(truncatingIfNeeded: 140_003)) == false)
        #expect(pair.bob.refusals.unauthentic == 1)
        try pair.bob.apply(.plain, ice: nil, now: Self.now)
        #expect(pair.bob.refusals.unauthentic == 1)
    }

    @Test func handshakeGivesKeysToBothLegs() throws {
        var pair = try DTLSLegs.planned()
        #expect(Self.protect([0x80] + [UInt8](repeating: 0, count: 40), &pair.client) == nil)
        pair.run()
        let profile = SRTPProfile.aeadAES128GCM
        #expect(pair.clientEvents == [.secured(profile, remote: Self.exchange)])
        #expect(pair.serverEvents == [.secured(profile, remote: Self.phone)])
        #expect(pair.passes(sequence: 1) == true)
        // The same parameters again: the association lives on.
        try pair.apply(generation: 0)
        pair.run()
        #expect(pair.clientEvents.count == 1)
        #expect(pair.passes(sequence: 2) == true)
        // A new one takes over when it stands, not before.
        try pair.apply(generation: 1)
        #expect(pair.passes(sequence: 3) == true)
        pair.run()
        #expect(pair.clientEvents.count == 2)
        #expect(pair.serverEvents.count == 2)
        #expect(pair.passes(sequence: 4) == true)
        pair.client.close()
        pair.run()
        #expect(pair.serverEvents.last == .failed(.closed))
        #expect(Self.protect([0x80] + [UInt8](repeating: 0, count: 40), &pair.server) == nil)
    }

    /// A stranger that is quicker than the phone must not cost it its call.
    @Test func aStrangersHandshakeIsNotTheEnd() throws {
        var pair = try DTLSLegs.planned(clientIsStranger: true)
        pair.run()
        #expect(pair.clientEvents == [.failed(.refused(alert: 42))])
        // The phone may be just about to begin.
        #expect(pair.serverEvents == [])
        try pair.letTheRightClientTry()
        pair.run()
        #expect(pair.serverEvents.last == .secured(.aeadAES128GCM, remote: Self.phone))
        #expect(pair.passes(sequence: 1) == true)
    }

    @Test func handshakesComeFromCheckedAddressesOnly() throws {
        var random = SeededRandom(seed: 3)
        let ice = ICEPlan(local: ICECredentials(from: &random), remoteUsernameFragment: "peer")
        var pair = try DTLSLegs.planned(serverICE: ice)
        pair.run(stepsMax: 20)
        #expect(pair.serverEvents == [])
        var check = CheckMaker(to: ice)
        check.usesCandidate = true
        guard case .other(.answer) = Self.receive(check.bytes(), &pair.server, from: Self.phone) else {
            Issue.record("no answer")
            return
        }
        #expect(pair.server.nextEvent() == .selected(Self.phone))
        #expect(pair.server.lastCheck == Self.now)
        try pair.apply(generation: 1)
        pair.run()
        #expect(pair.serverEvents.last == .secured(.aeadAES128GCM, remote: Self.phone))
        #expect(pair.passes(sequence: 1) == true)
    }

    @Test(.enabled(if: pbx_allocations_are_counted() != 0))
    func packetsAllocateNothing() throws {
        var pair = try SDESPair()
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 2_048, alignment: 16)
        defer { buffer.deallocate() }
        var random = SeededRandom(seed: 1)
        let rtp = TestPackets.rtp(ssrc: 1, sequence: 0, payloadBytes: 160, random: &random)
        func run(_ numbers: Range<Int>) -> Int {
            var passed = 0
            for number in numbers {
                buffer.copyBytes(from: rtp)
                buffer[2] = UInt8(truncatingIfNeeded: number >> 8)
                buffer[3] = UInt8(truncatingIfNeeded: number)
                guard let count = pair.alice.protectRTP(buffer, count: rtp.count) else { continue }
                let arrival = pair.bob.receive(buffer, count: count, from: Self.phone, now: Self.now)
                if arrival == .rtp(count: rtp.count) { passed += 1 }
            }
            return passed
        }
        #expect(run(0..<100) == 100)
        let before = pbx_allocations_of_thread()
        let passed = run(100..<10_100)
        let after = pbx_allocations_of_thread()
        #expect(passed == 10_000)
        #expect(after == before)
    }

    // MARK: - Two legs and what passes between them

    private struct SDESPair: ~Copyable {
        let keys: [SRTPKeys]
        let password = "secretsecretsecretsecret"
        var alice: LegSecurity
        var bob: LegSecurity

        init() throws {
            var random = SeededRandom(seed: 1)
            let keys = [
                SRTPKeys(profile: .aesCM128HMACSHA1Tag80, from: &random),
                SRTPKeys(profile: .aesCM128HMACSHA1Tag32, from: &random),
            ]
            let identity = try DTLSIdentity()
            var alice = LegSecurity(identity: identity)
            var bob = LegSecurity(identity: identity)
            try alice.apply(.sdes(send: keys[0], receive: keys[1]), ice: nil, now: LegSecurityTests.now)
            try bob.apply(.sdes(send: keys[1], receive: keys[0]), ice: nil, now: LegSecurityTests.now)
            self.keys = keys
            self.alice = alice
            self.bob = bob
        }

        mutating func passes(sequence: UInt16) -> Bool {
            LegSecurityTests.passes(sequence: sequence, &alice, &bob)
        }
    }

    private struct DTLSLegs: ~Copyable {
        private let serverIdentity: DTLSIdentity
        private let phoneIdentity: DTLSIdentity
        private let serverICE: ICEPlan?
        private var now = LegSecurityTests.now
        var client: LegSecurity
        var server: LegSecurity
        private(set) var clientEvents: [LegSecurity.Event] = []
        private(set) var serverEvents: [LegSecurity.Event] = []

        /// Two legs whose plans are in force.
        static func planned(clientIsStranger: Bool = false, serverICE: ICEPlan? = nil) throws -> DTLSLegs {
            var legs = try DTLSLegs(clientIsStranger: clientIsStranger, serverICE: serverICE)
            try legs.apply(generation: 0)
            return legs
        }

        private init(clientIsStranger: Bool, serverICE: ICEPlan?) throws {
            let serverIdentity = try DTLSIdentity()
            let phoneIdentity = try DTLSIdentity()
            let client = LegSecurity(identity: clientIsStranger ? try DTLSIdentity() : phoneIdentity)
            let server = LegSecurity(identity: serverIdentity)
            self.serverIdentity = serverIdentity
            self.phoneIdentity = phoneIdentity
            self.serverICE = serverICE
            self.client = client
            self.server = server
        }

        mutating func apply(generation: UInt32) throws {
            try applyToClient(generation: generation)
            let plan = DTLSPlan(
                role: .server, remoteFingerprints: [phoneIdentity.fingerprint], generation: generation)
            try server.apply(.dtls(plan), ice: serverICE, now: now)
        }

        mutating func letTheRightClientTry() throws {
            client = LegSecurity(identity: phoneIdentity)
            try applyToClient(generation: 0)
        }

        private mutating func applyToClient(generation: UInt32) throws {
            let plan = DTLSPlan(
                role: .client, remoteFingerprints: [serverIdentity.fingerprint], generation: generation)
            try client.apply(.dtls(plan), ice: nil, now: now)
        }

        mutating func run(stepsMax: Int = 200) {
            for _ in 0..<stepsMax {
                var isQuiet = true
                while let datagram = client.nextDatagram() {
                    isQuiet = false
                    _ = LegSecurityTests.receive(datagram.bytes, &server, from: LegSecurityTests.phone, now: now)
                }
                while let datagram = server.nextDatagram() {
                    isQuiet = false
                    #expect(datagram.target == LegSecurityTests.phone || datagram.target == nil)
                    _ = LegSecurityTests.receive(datagram.bytes, &client, from: LegSecurityTests.exchange, now: now)
                }
                while let event = client.nextEvent() { clientEvents.append(event) }
                while let event = server.nextEvent() { serverEvents.append(event) }
                if isQuiet { return }
            }
        }

        mutating func passes(sequence: UInt16) -> Bool {
            LegSecurityTests.passes(sequence: sequence, &client, &server)
        }
    }

    private enum Received: Equatable {
        case rtp([UInt8])
        case rtcp([UInt8])
        case other(LegSecurity.Arrival)
    }

    private static func passes(sequence: UInt16, _ from: inout LegSecurity, _ to: inout LegSecurity) -> Bool {
        var random = SeededRandom(seed: UInt64(sequence))
        let packet = TestPackets.rtp(ssrc: 1, sequence: sequence, payloadBytes: 30, random: &random)
        guard let protected = protect(packet, &from) else { return false }
        return protected != packet && receive(protected, &to) == .rtp(packet)
    }

    private static func receive(
        _ packet: [UInt8], _ leg: inout LegSecurity, from source: Endpoint = phone, now: Instant = now
    ) -> Received {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 2_048, alignment: 16)
        defer { buffer.deallocate() }
        buffer.copyBytes(from: packet)
        let arrival = leg.receive(buffer, count: packet.count, from: source, now: now)
        return switch arrival {
        case .rtp(let count): .rtp(Array(buffer.prefix(count)))
        case .rtcp(let count): .rtcp(Array(buffer.prefix(count)))
        case .answer, .consumed, .refused: .other(arrival)
        }
    }

    private static func protect(_ packet: [UInt8], _ leg: inout LegSecurity) -> [UInt8]? {
        let changed = packet.changed { buffer, count in leg.protectRTP(buffer, count: count) ?? 0 }
        return changed.isEmpty ? nil : changed
    }

    private static func protectRTCP(_ packet: [UInt8], _ leg: inout LegSecurity) -> [UInt8]? {
        let changed = packet.changed { buffer, count in leg.protectRTCP(buffer, count: count) ?? 0 }
        return changed.isEmpty ? nil : changed
    }
}
