import MediaControl
import MediaSecurity
import PBXBase
import RTPGrammar
import Testing

@testable import MediaEngine

/// Protected ports: an SRTP phone talks to a plain one, and nobody who lacks the key is heard.
struct SecurityTests {
    @Test func translatesBetweenEncryptedAndPlain() throws {
        let pair = try BridgedPair()
        var random = SeededRandom(seed: 1)
        let ours = SRTPKeys(profile: .aesCM128HMACSHA1Tag80, from: &random)
        let theirs = SRTPKeys(profile: .aesCM128HMACSHA1Tag80, from: &random)
        var plan = pair.alicePlan
        plan.security = .sdes(send: ours, receive: theirs)
        pair.connect(alicePlan: plan)
        var encryption = try SRTPContext(theirs, .sending)
        var decryption = try SRTPContext(ours, .receiving)
        var alice = TestStream()
        var bob = TestStream(ssrc: SSRC(0xB))
        for _ in 0..<5 {
            let packet = alice.packet()
            let encrypted = protected(packet, &encryption)
            #expect(pair.fromAlice(encrypted).map(\.bytes) == [packet])
            // Without the key nothing gets through, from the right address or not.
            #expect(pair.fromAlice(packet).isEmpty)
            let answer = bob.packet()
            let sent = try #require(pair.fromBob(answer).first)
            #expect(sent.to == pair.alice)
            #expect(sent.bytes != answer)
            let decrypted = plain(sent.bytes, &decryption)
            #expect(decrypted == answer)
        }
        #expect(pair.harness.release(pair.alicePort).map(\.packetsDropped) == [5])
    }

    /// A peer that shakes hands on the port itself.
    @Test func agreesOnKeysByDTLS() throws {
        let pair = try BridgedPair()
        let ours = pair.harness.identity.fingerprint
        let identity = try DTLSIdentity()
        var plan = pair.alicePlan
        plan.security = .dtls(DTLSPlan(role: .server, remoteFingerprints: [identity.fingerprint]))
        pair.connect(alicePlan: plan)
        var phone = LegSecurity(identity: identity)
        try phone.apply(
            .dtls(DTLSPlan(role: .client, remoteFingerprints: [ours])), ice: nil, now: pair.harness.io.now)
        for _ in 0..<10 {
            while let datagram = phone.nextDatagram() {
                for answer in pair.fromAlice(datagram.bytes) { take(answer.bytes, &phone, pair) }
            }
        }
        let secured = pair.harness.takeEvents().contains { event in
            if case .secured(pair.alicePort.id, _) = event { true } else { false }
        }
        #expect(secured)
        var stream = TestStream()
        let packet = stream.packet()
        var bytes = packet + [UInt8](repeating: 0, count: LegSecurity.roomBytes)
        let count = bytes.withUnsafeMutableBytes { phone.protectRTP($0, count: packet.count) }
        #expect(pair.fromAlice(Array(bytes.prefix(count ?? 0))).map(\.bytes) == [packet])
    }

    /// Without rtcp-mux each socket has a handshake of its own (RFC 5764 §3).
    @Test func agreesOnKeysForRTCPByItself() throws {
        let pair = try BridgedPair()
        let identity = try DTLSIdentity()
        var plan = pair.alicePlan
        plan.security = .dtls(DTLSPlan(role: .server, remoteFingerprints: [identity.fingerprint]))
        pair.connect(alicePlan: plan)
        let rtcp = Endpoint(pair.alice.address, port: pair.alice.port + 1)
        var media = try phone(identity, of: pair)
        var reports = try phone(identity, of: pair)
        for _ in 0..<10 {
            while let datagram = media.nextDatagram() {
                for answer in pair.fromAlice(datagram.bytes) { take(answer.bytes, &media, pair) }
            }
            while let datagram = reports.nextDatagram() {
                let answers = pair.harness.deliver(datagram.bytes, from: rtcp, to: pair.alicePort.rtcp)
                #expect(answers.allSatisfy { $0.to == rtcp })
                for answer in answers { take(answer.bytes, &reports, pair) }
            }
        }
        var stream = TestStream()
        let packet = protectedRTP(stream.packet(), &media)
        #expect(pair.fromAlice(packet).count == 1)
        let report = RTCPCompoundWriter(ssrc: SSRC(0xA1), canonicalName: "a").datagram(sent: nil, heard: [])
        var bytes = report + [UInt8](repeating: 0, count: LegSecurity.roomBytes)
        let count = bytes.withUnsafeMutableBytes { reports.protectRTCP($0, count: report.count) } ?? 0
        let passed = pair.harness.deliver(Array(bytes.prefix(count)), from: rtcp, to: pair.alicePort.rtcp)
        #expect(passed.map(\.bytes) == [report])
        // Bob's report comes under the keys of the RTCP handshake, not under those of the audio.
        let bobRTCP = Endpoint(pair.bob.address, port: pair.bob.port + 1)
        let answer = try #require(pair.harness.deliver(report, from: bobRTCP, to: pair.bobPort.rtcp).first)
        #expect(answer.to == rtcp)
        var buffer = answer.bytes + [UInt8](repeating: 0, count: 256)
        let arrival = buffer.withUnsafeMutableBytes {
            reports.receive($0, count: answer.bytes.count, from: pair.alicePort.rtcp, now: pair.harness.io.now)
        }
        #expect(arrival == .rtcp(count: report.count))
    }

    /// A crowd that wants to shake hands at once: two steps a turn, in order, and none is forgotten.
    @Test func handshakesWaitForTheirTurn() throws {
        let harness = try WorkerHarness()
        let leases = harness.prepare(9)
        let identity = try DTLSIdentity()
        let phones = leases.indices.map { Endpoint(IPAddress(ipv4: 0xC000_0210 + UInt32($0)), port: 4_000) }
        for (lease, phone) in zip(leases, phones) {
            var plan = BridgedPair.plan(remote: phone, sink: nil)
            plan.security = .dtls(DTLSPlan(role: .server, remoteFingerprints: [identity.fingerprint]))
            harness.apply((lease, plan))
        }
        for (lease, phone) in zip(leases, phones) {
            var leg = LegSecurity(identity: identity)
            try leg.apply(
                .dtls(DTLSPlan(role: .client, remoteFingerprints: [harness.identity.fingerprint])), ice: nil,
                now: harness.io.now)
            let hello = leg.nextDatagram()?.bytes ?? []
            harness.io.deliver(hello, from: phone, to: lease.rtp)
        }
        var answered: [Endpoint] = []
        for turn in 1...5 {
            harness.turn()
            answered += harness.io.takeSent().map(\.to)
            #expect(answered.count == min(9, 2 * turn))
        }
        #expect(Set(answered) == Set(phones))
    }

    /// A re-INVITE with new keys, and with another profile each way: what was under the old ones is refused from then
    /// on, and nothing under the new ones is lost.
    @Test func takesOnNewKeysBetweenTwoPackets() throws {
        let pair = try BridgedPair()
        var random = SeededRandom(seed: 7)
        var alice = TestStream()
        var bob = TestStream(ssrc: SSRC(0xB))
        let steps: [(SRTPProfile, SRTPProfile)] = [
            (.aesCM128HMACSHA1Tag80, .aesCM128HMACSHA1Tag80), (.aeadAES128GCM, .aesCM128HMACSHA1Tag32),
            (.aesCM128HMACSHA1Tag32, .aeadAES256GCM), (.aeadAES256GCM, .aeadAES128GCM),
        ]
        var former: SRTPKeys?
        for (there, back) in steps {
            let ours = SRTPKeys(profile: there, from: &random)
            let theirs = SRTPKeys(profile: back, from: &random)
            var plan = pair.alicePlan
            plan.security = .sdes(send: ours, receive: theirs)
            pair.connect(alicePlan: plan)
            var encryption = try SRTPContext(theirs, .sending)
            var decryption = try SRTPContext(ours, .receiving)
            for _ in 0..<3 {
                let packet = alice.packet()
                let encrypted = protected(packet, &encryption)
                #expect(pair.fromAlice(encrypted).map(\.bytes) == [packet])
                let answer = bob.packet()
                let sent = try #require(pair.fromBob(answer).first)
                let decrypted = plain(sent.bytes, &decryption)
                #expect(decrypted == answer)
            }
            if let former {
                var old = try SRTPContext(former, .sending)
                let late = protected(alice.packet(), &old)
                #expect(pair.fromAlice(late).isEmpty)
            }
            former = theirs
        }
    }

    private func phone(_ identity: DTLSIdentity, of pair: BridgedPair) throws -> LegSecurity {
        var phone = LegSecurity(identity: identity)
        try phone.apply(
            .dtls(DTLSPlan(role: .client, remoteFingerprints: [pair.harness.identity.fingerprint])), ice: nil,
            now: pair.harness.io.now)
        return phone
    }

    private func protectedRTP(_ packet: [UInt8], _ phone: inout LegSecurity) -> [UInt8] {
        var bytes = packet + [UInt8](repeating: 0, count: LegSecurity.roomBytes)
        let count = bytes.withUnsafeMutableBytes { phone.protectRTP($0, count: packet.count) }
        return Array(bytes.prefix(count ?? 0))
    }

    private func take(_ bytes: [UInt8], _ phone: inout LegSecurity, _ pair: BridgedPair) {
        var buffer = bytes + [UInt8](repeating: 0, count: 256)
        _ = buffer.withUnsafeMutableBytes {
            phone.receive($0, count: bytes.count, from: pair.alicePort.rtp, now: pair.harness.io.now)
        }
    }

    private func protected(_ packet: [UInt8], _ context: inout SRTPContext) -> [UInt8] {
        var bytes = packet + [UInt8](repeating: 0, count: LegSecurity.roomBytes)
        let count = bytes.withUnsafeMutableBytes { try? context.protectRTP($0, count: packet.count) }
        return Array(bytes.prefix(count ?? 0))
    }

    private func plain(_ packet: [UInt8], _ context: inout SRTPContext) -> [UInt8] {
        var bytes = packet
        let count = bytes.withUnsafeMutableBytes { try? context.unprotectRTP($0, count: packet.count) }
        return Array(bytes.prefix(count ?? 0))
    }
}
