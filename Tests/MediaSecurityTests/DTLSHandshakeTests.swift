import MediaControl
import MediaSecurity
import PBXBase
import Testing

struct DTLSHandshakeTests {
    @Test(arguments: SRTPProfile.allCases)
    func bothEndsGetTheSameKeys(profile: SRTPProfile) throws {
        var pair = try DTLSPair(clientProfiles: [profile])
        pair.run()
        let client = try required(pair.client.takeKeys())
        let server = try required(pair.server.takeKeys())
        #expect(client.profile == profile)
        #expect(client.send == server.receive)
        #expect(client.receive == server.send)
        #expect(client.send != client.receive)
        #expect(pair.client.takeKeys() == nil)
    }

    @Test func theServersOrderDecides() throws {
        var pair = try DTLSPair(
            clientProfiles: [.aesCM128HMACSHA1Tag80, .aeadAES256GCM],
            serverProfiles: [.aeadAES256GCM, .aesCM128HMACSHA1Tag80])
        pair.run()
        #expect(pair.client.takeKeys()?.profile == .aeadAES256GCM)
    }

    @Test func noCommonProfileIsAFailure() throws {
        var pair = try DTLSPair(clientProfiles: [.aeadAES128GCM], serverProfiles: [.aesCM128HMACSHA1Tag80])
        pair.run()
        #expect(pair.client.state == .failed(.profileMissing))
        #expect(pair.server.state == .failed(.profileMissing))
    }

    /// Loss, delay and repetition from a seed; time is the test's own.
    @Test(arguments: 1...30 as ClosedRange<UInt64>)
    func roughNetworksOnlyTakeLonger(seed: UInt64) throws {
        var pair = try DTLSPair()
        pair.network = .init(lossPercent: 20, delayPercent: 30, repeatPercent: 10, seed: seed)
        pair.run()
        #expect(pair.client.state == .secured, "seed \(seed)")
        #expect(pair.server.state == .secured, "seed \(seed)")
        let client = try required(pair.client.takeKeys())
        #expect(client.send == pair.server.takeKeys()?.receive)
    }

    /// The client cannot know that the server is done until the last flight comes: it asks again.
    @Test func aLostLastFlightIsSentAgain() throws {
        var pair = try DTLSPair()
        pair.dropsServerWhenSecured = 1
        pair.run()
        #expect(pair.server.state == .secured)
        #expect(pair.client.state == .secured)
        #expect(pair.now > DTLSPair.start)
    }

    @Test func anotherCertificateThanSDPNamesIsRefused() throws {
        let stranger = try DTLSIdentity().fingerprint
        var pair = try DTLSPair(clientExpects: stranger)
        pair.run()
        #expect(pair.client.state == .failed(.fingerprintMismatched))
        // 42: bad_certificate.
        #expect(pair.server.state == .failed(.refused(alert: 42)))
        pair = try DTLSPair(serverExpects: stranger)
        pair.run()
        #expect(pair.server.state == .failed(.fingerprintMismatched))
        #expect(pair.client.state == .failed(.refused(alert: 42)))
    }

    @Test func silenceEndsInTime() throws {
        var pair = try DTLSPair()
        pair.network = .init(lossPercent: 100, delayPercent: 0, repeatPercent: 0, seed: 1)
        pair.run()
        #expect(pair.client.state == .failed(.timedOut))
        #expect(pair.now - DTLSPair.start == DTLSHandshake.durationMax)
        // 0.25 s, doubled up to 4 s.
        #expect(pair.clientDatagrams == 9)
        // Nobody has proved that it is there: nothing began.
        #expect(pair.server.state == .waiting)
        #expect(pair.server.deadline == nil)
    }

    @Test func goodbyeIsUnderstood() throws {
        var pair = try DTLSPair()
        pair.run()
        pair.client.close()
        pair.run()
        #expect(pair.server.state == .failed(.closed))
    }

    /// ClientHellos from made-up addresses get a cookie and no more; the real client is served all the same.
    @Test func aFloodOfHellosStartsNothing() throws {
        var pair = try DTLSPair()
        pair.client.start(now: pair.now)
        let hello = try required(pair.client.nextDatagram())
        for number in 0..<2_000 as Range<UInt32> {
            let source = Endpoint(IPAddress(ipv4: 0x0A00_0000 + number), port: 4_000)
            hello.withUnsafeBytes { pair.server.receive($0, from: source, now: pair.now) }
            var answered = 0
            while let answer = pair.server.nextDatagram() { answered += answer.count }
            // HelloVerifyRequest is smaller than what asked for it: nothing to amplify.
            #expect(answered > 0 && answered < hello.count)
        }
        #expect(pair.server.state == .waiting)
        #expect(pair.server.remote == nil)
        pair.deliverToServer(hello)
        pair.run()
        #expect(pair.server.state == .secured)
        #expect(pair.server.remote == DTLSPair.clientAddress)
    }

    /// A cookie is good for one address.
    @Test func aStolenCookieIsWorthNothing() throws {
        var pair = try DTLSPair()
        pair.client.start(now: pair.now)
        let hello = try required(pair.client.nextDatagram())
        pair.deliverToServer(hello)
        pair.deliverToClient(try required(pair.server.nextDatagram()))
        let answer = try required(pair.client.nextDatagram())
        answer.withUnsafeBytes {
            pair.server.receive($0, from: Endpoint(.ipv4Loopback, port: 9), now: pair.now)
        }
        #expect(pair.server.state == .waiting)
        pair.deliverToServer(answer)
        #expect(pair.server.state == .handshaking)
    }

    @Test func provedAddressesNeedNoCookie() throws {
        var pair = try DTLSPair(verifiesAddress: false)
        pair.client.start(now: pair.now)
        pair.deliverToServer(try required(pair.client.nextDatagram()))
        #expect(pair.server.state == .handshaking)
        pair.run()
        #expect(pair.client.state == .secured)
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func garbageHarmsNobody(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var pair = try DTLSPair()
        pair.network = .init(lossPercent: 0, delayPercent: 0, repeatPercent: 0, seed: seed, garbagePercent: 50)
        for _ in 0..<50 {
            let garbage = (0..<Int.random(in: 1...300, using: &random)).map { _ in
                UInt8(truncatingIfNeeded: random.next())
            }
            pair.deliverToServer([22] + garbage)
            pair.deliverToServer([UInt8.random(in: 20...63, using: &random), 0xFE, 0xFD] + garbage)
        }
        pair.run()
        // Damaged copies go before the right ones: they are dropped by the record layer or caught by the handshake's
        // own check, but never crash it or make it succeed with other keys.
        if pair.client.state == .secured, pair.server.state == .secured {
            #expect(pair.client.takeKeys()?.send == pair.server.takeKeys()?.receive)
        }
    }

    @Test func identitiesAreUnlike() throws {
        let first = try DTLSIdentity()
        #expect(first.fingerprint.algorithm == .sha256)
        #expect(try DTLSIdentity().fingerprint != first.fingerprint)
    }
}
