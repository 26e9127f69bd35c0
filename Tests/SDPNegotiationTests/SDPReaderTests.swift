import MediaControl
import PBXBase
import SDPGrammar
import SDPNegotiation
import Testing

private func read(_ text: String) throws -> MediaDescription {
    try SDPReader.read(wire(text)[...])
}

private func offer(_ lines: String..., connection: String = "c=IN IP4 192.0.2.1") -> String {
    "v=0\no=- 1 1 IN IP4 192.0.2.1\ns=-\n" + (connection.isEmpty ? "" : connection + "\n") + "t=0 0\n"
        + lines.joined(separator: "\n") + "\n"
}

struct SDPReaderTests {
    @Test func baresip() throws {
        let description = try read(PeerOffers.baresip)
        #expect(description.remote == Endpoint("192.0.2.10:21318"))
        #expect(description.remoteRTCP == Endpoint("192.0.2.10:21319"))
        #expect(description.direction == .sendrecv)
        #expect(description.ptimeMilliseconds == 20)
        #expect(!description.isHeld)
        #expect(
            description.formats == [
                MediaFormat(
                    payloadType: 96, name: "opus", clockRate: 48_000, channels: 2,
                    parameters: "stereo=1;sprop-stereo=1"),
                MediaFormat(payloadType: 0, name: "PCMU", clockRate: 8_000),
                MediaFormat(payloadType: 8, name: "PCMA", clockRate: 8_000),
                MediaFormat(payloadType: 101, name: "telephone-event", clockRate: 8_000, parameters: "0-15"),
            ])
    }

    @Test func linphoneWithVideo() throws {
        let description = try read(PeerOffers.linphone)
        #expect(description.remoteRTCP == Endpoint("192.0.2.11:33371"))
        #expect(description.sections.map(\.kind) == ["audio", "video"])
        #expect(description.sectionIndex == 0)
        #expect(description.formats.map(\.payloadType) == [96, 97, 98, 0, 8, 18, 101, 99, 100])
        #expect(description.formats[5].name == "G729")
        #expect(description.sessionVersion == "1837")
    }

    @Test func ciscoWithStaticNumbersOnly() throws {
        let description = try read(PeerOffers.cisco)
        #expect(
            description.formats.map(\.name) == [
                "G722", "PCMU", "PCMA", "iLBC", "G729", "CN", "telephone-event",
            ])
        #expect(description.remote == Endpoint("192.0.2.13:20482"))
        #expect(description.remoteRTCP == Endpoint("192.0.2.13:20483"))
    }

    @Test func version6AndFeedbackProfile() throws {
        let description = try read(PeerOffers.version6)
        #expect(description.remote == Endpoint("[2001:db8::7]:40000"))
        #expect(description.transport.profile == .avpf)
        #expect(description.direction == .recvonly)
        #expect(!description.isHeld)
    }

    /// Of two lite sides neither sends checks (RFC 8445 §2.5): waiting for them would be for ever.
    @Test func anotherLiteSideIsNoneForChecks() throws {
        let text = PeerOffers.browser.replacing("a=group:", with: "a=ice-lite\na=group:")
        #expect(try read(text).transport.ice == nil)
        #expect(try read(PeerOffers.browser).transport.ice != nil)
    }

    @Test func aBrowserAsksForDTLSAndChecks() throws {
        let description = try read(PeerOffers.browser)
        #expect(description.transport.profile == .dtlsSAVPF)
        #expect(description.transport.fingerprints.count == 1)
        #expect(description.transport.setup == .actpass)
        #expect(description.transport.ice?.usernameFragment == "EsAw")
        #expect(description.transport.hasRTCPMux && description.isBundled)
        #expect(description.sections.map(\.mid) == ["0"])
        // Its addresses come by ICE: 0.0.0.0 is no hold.
        #expect(description.remote == nil && !description.isHeld)
        #expect(description.formats.map(\.payloadType) == [111, 63, 9, 0, 8, 13, 110, 126])
    }

    @Test(arguments: [
        (EncryptionPolicy.off, 1), (.prefer, 0), (.require, 0),
    ])
    func ofTwoAudioSectionsTheOneThatFitsThePolicyIsTaken(policy: EncryptionPolicy, index: Int) throws {
        let both = offer("m=audio 4000 RTP/SAVP 0", "\(cryptoLine)", "m=audio 4004 RTP/AVP 8")
        #expect(try SDPReader.read(wire(both)[...], encryption: policy).sectionIndex == index)
    }

    @Test(arguments: [
        "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:short", "a=crypto:x AES_CM_128_HMAC_SHA1_80 inline:",
        "a=crypto:1 F8_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz",
        "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz|1:4",
        "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz UNENCRYPTED_SRTP",
        "a=crypto:1 AES_CM_128_HMAC_SHA1_80", "a=crypto:",
    ])
    func keysThatCannotBeUsedAreLeftOut(line: String) throws {
        let description = try read(offer("m=audio 4000 RTP/AVP 0", line, cryptoLine + "|2^31 WSH=64"))
        #expect(description.transport.cryptos.count == 1)
    }

    private var cryptoLine: String {
        "a=crypto:2 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz"
    }

    @Test(arguments: [
        ("a=sendonly", MediaDirection.sendonly, true), ("a=inactive", .inactive, true),
        ("a=recvonly", .recvonly, false), ("a=sendrecv", .sendrecv, false), ("a=nothing", .sendrecv, false),
    ])
    func holdByDirection(line: String, direction: MediaDirection, isHeld: Bool) throws {
        let inMedia = try read(offer("m=audio 4000 RTP/AVP 0", line))
        #expect(inMedia.direction == direction)
        #expect(inMedia.isHeld == isHeld)
        let inSession = try read(offer(line, "m=audio 4000 RTP/AVP 0"))
        #expect(inSession.direction == direction)
        let mediaWins = try read(offer(line, "m=audio 4000 RTP/AVP 0", "a=sendrecv"))
        #expect(mediaWins.direction == .sendrecv)
    }

    @Test(arguments: ["c=IN IP4 0.0.0.0", "c=IN IP6 ::"]) func holdTheOldWay(connection: String) throws {
        let description = try read(offer("m=audio 4000 RTP/AVP 0", connection: connection))
        #expect(description.remote == nil)
        #expect(description.remoteRTCP == nil)
        #expect(description.isHeld)
        #expect(description.direction == .sendrecv)
        #expect(description.effectiveDirection == .sendonly)
    }

    @Test func portZeroTakesTheStreamDown() throws {
        let description = try read(offer("m=audio 0 RTP/AVP 0", "m=video 4000 RTP/AVP 99"))
        #expect(description.isRejected)
        #expect(description.remote == nil)
        #expect(!description.isHeld)
    }

    @Test func theFirstUsableAudioSectionIsTaken() throws {
        let bestEffort = offer("m=audio 4000 RTP/SAVP 0", "m=video 4002 RTP/AVP 99", "m=audio 4004 RTP/AVP 8")
        let description = try read(bestEffort)
        #expect(description.sectionIndex == 2)
        #expect(description.formats.map(\.name) == ["PCMA"])
        #expect(description.sections.count == 3)
    }

    @Test func aHostNameIsLeftToLatching() throws {
        let description = try read(offer("m=audio 4000 RTP/AVP 0", connection: "c=IN IP4 phone.example.com"))
        #expect(description.remote == nil)
        #expect(!description.isHeld)
    }

    @Test func lastPortHasNoRTCPAfterIt() throws {
        let description = try read(offer("m=audio 65535 RTP/AVP 0"))
        #expect(description.remote?.port == 65_535)
        #expect(description.remoteRTCP == nil)
    }

    @Test func numbersWithoutMeaningAreLeftOut() throws {
        let description = try read(
            offer("m=audio 4000 RTP/AVP 0 97 200 x 0 8 1", "a=rtpmap:97 nonsense", "a=rtpmap:8 PCMA/8000"))
        #expect(description.formats.map(\.payloadType) == [0, 8])
    }

    @Test func whatCannotBeUsedIsNamed() {
        #expect(throws: SDPProblem.noAudio) { try read(offer("m=video 4000 RTP/AVP 99")) }
        #expect(throws: SDPProblem.noAudio) { try read(offer()) }
        #expect(throws: SDPProblem.noConnection) { try read(offer("m=audio 4000 RTP/AVP 0", connection: "")) }
        #expect(throws: SDPProblem.unsupportedProfile("TCP/RTP/AVP")) {
            try read(offer("m=audio 4000 TCP/RTP/AVP 0", "m=audio 0 RTP/AVP 0"))
        }
        #expect(throws: SDPProblem.syntax(SDPSyntaxError(line: 1, problem: "not of the form type=value"))) {
            try read("hello\n")
        }
    }

    @Test func aRepeatedVersionIsRecognised() throws {
        let first = try read(PeerOffers.grandstream)
        var second = first
        #expect(second.isSameVersion(as: first))
        second.sessionVersion = "8001"
        #expect(!second.isSameVersion(as: first))
    }
}

struct SDPReaderFuzzTests {
    /// Mutated offers of every phone: read or refused, never a trap; and what is read can be offered on and answered.
    @Test(arguments: PeerOffers.all.indices) func mutatedOffers(index: Int) {
        var random = SeededRandom(seed: UInt64(index))
        let original = wire(PeerOffers.all[index])
        for _ in 0..<400 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: place)
                default: bytes.insert(UInt8.random(in: 32...126, using: &random), at: place)
                }
            }
            guard let description = try? SDPReader.read(bytes[...]) else { continue }
            var session = LocalSession(id: 1, address: .ipv4Loopback)
            let here = Endpoint(.ipv4Loopback, port: 16_384)
            let answer = session.answer(
                to: description, formats: CodecPolicy(names: ["PCMA", "*"]).filtered(description.formats),
                address: here, rtcp: nil, direction: .sendrecv)
            #expect((try? SessionDescription(parsing: answer[...]))?.media.count == description.sections.count)
        }
    }
}
