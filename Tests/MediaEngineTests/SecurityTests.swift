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
