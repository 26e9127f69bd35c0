import MediaControl
import PBXBase
import SDPNegotiation
import Testing

private let here = IPAddress(ipv4: 0xC000_0201)
private let rtp = Endpoint(here, port: 16_384)
private let rtcp = Endpoint(here, port: 16_385)
private let pcma = MediaFormat(payloadType: 8, name: "PCMA", clockRate: 8_000)
private let opus = MediaFormat(
    payloadType: 96, name: "opus", clockRate: 48_000, channels: 2, parameters: "useinbandfec=1")
private let events = MediaFormat(
    payloadType: 101, name: "telephone-event", clockRate: 8_000, parameters: "0-16")

/// What we write, letter by letter: phones are particular, and a change here is to be seen.
@Suite struct GoldenDescriptionTests {
    private func read(_ text: String) throws -> MediaDescription { try SDPReader.read(wire(text)[...]) }

    @Test func anOfferAndItsHold() {
        var session = LocalSession(id: 4_711, address: here)
        let offer = session.offer(
            formats: [opus, pcma, events], address: rtp, rtcp: rtcp, direction: .sendrecv, ptime: 20)
        let said = """
            v=0
            o=- 4711 1 IN IP4 192.0.2.1
            s=-
            c=IN IP4 192.0.2.1
            t=0 0
            m=audio 16384 RTP/AVP 96 8 101
            a=rtpmap:96 opus/48000/2
            a=fmtp:96 useinbandfec=1
            a=rtpmap:8 PCMA/8000
            a=rtpmap:101 telephone-event/8000
            a=fmtp:101 0-16
            a=ptime:20
            a=sendrecv

            """
        #expect(lines(offer) == said)
        let hold = session.offer(
            formats: [opus, pcma, events], address: rtp, rtcp: rtcp, direction: .sendonly, ptime: 20)
        #expect(lines(hold) == said.replacing(" 1 IN", with: " 2 IN").replacing("a=sendrecv", with: "a=sendonly"))
    }

    @Test func anAnswerWithEverythingElseRefused() throws {
        let offer = try read(
            """
            v=0
            o=- 1 1 IN IP4 192.0.2.7
            s=-
            c=IN IP4 192.0.2.7
            t=0 0
            m=video 4002 RTP/AVP 99
            a=mid:v
            m=audio 4000 RTP/AVP 8 101
            a=rtpmap:101 telephone-event/8000
            a=mid:a
            a=sendonly
            m=application 9 UDP/DTLS/SCTP webrtc-datachannel

            """)
        var session = LocalSession(id: 1, address: here)
        let answer = session.answer(
            to: offer, formats: [pcma, events], address: rtp, rtcp: Endpoint("192.0.2.1:20001"),
            direction: .sendrecv)
        #expect(
            lines(answer) == """
                v=0
                o=- 1 1 IN IP4 192.0.2.1
                s=-
                c=IN IP4 192.0.2.1
                t=0 0
                m=video 0 RTP/AVP 99
                a=mid:v
                m=audio 16384 RTP/AVP 8 101
                a=mid:a
                a=rtpmap:8 PCMA/8000
                a=rtpmap:101 telephone-event/8000
                a=fmtp:101 0-16
                a=rtcp:20001
                a=recvonly
                m=application 0 UDP/DTLS/SCTP webrtc-datachannel

                """)
    }

    @Test func version6WithEncryption() throws {
        let keys = try #require(
            SRTPKeys(
                profile: .aesCM128HMACSHA1Tag80, masterKey: Array(repeating: 0, count: 16),
                masterSalt: Array(repeating: 255, count: 14)))
        let transport = MediaTransport(profile: .savp, cryptos: [CryptoAttribute(tag: 1, keys: keys)])
        var session = LocalSession(id: 2, address: .ipv6Loopback)
        let offer = session.offer(
            formats: [pcma], address: try #require(Endpoint("[2001:db8::1]:16384")),
            rtcp: Endpoint("[2001:db8::2]:20000"), direction: .sendrecv, ptime: nil, transport: transport)
        #expect(
            lines(offer) == """
                v=0
                o=- 2 1 IN IP6 ::1
                s=-
                c=IN IP6 2001:db8::1
                t=0 0
                m=audio 16384 RTP/SAVP 8
                a=rtpmap:8 PCMA/8000
                a=rtcp:20000 IN IP6 2001:db8::2
                a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:AAAAAAAAAAAAAAAAAAAAAP//////////////////
                a=sendrecv

                """)
    }

    @Test func theAnswerToABrowser() throws {
        let offer = try read(PeerOffers.browser)
        let transport = MediaTransport(
            profile: .dtlsSAVPF,
            fingerprints: [
                try #require(CertificateFingerprint(algorithm: .sha256, digest: Array(repeating: 0xAB, count: 32)))
            ],
            setup: .passive,
            ice: ICECredentials(usernameFragment: "name", password: "abcdefghijklmnopqrstuv"), hasRTCPMux: true)
        var session = LocalSession(id: 3, address: here)
        let answer = session.answer(
            to: offer, formats: [opus], address: rtp, rtcp: rtcp, direction: .sendrecv, transport: transport)
        #expect(
            lines(answer) == """
                v=0
                o=- 3 1 IN IP4 192.0.2.1
                s=-
                c=IN IP4 192.0.2.1
                t=0 0
                a=group:BUNDLE 0
                a=ice-lite
                m=audio 16384 UDP/TLS/RTP/SAVPF 111
                a=mid:0
                a=rtpmap:111 opus/48000/2
                a=fmtp:111 useinbandfec=1
                a=rtcp-mux
                a=fingerprint:sha-256 AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:\
                AB:AB:AB:AB:AB:AB:AB:AB
                a=setup:passive
                a=ice-ufrag:name
                a=ice-pwd:abcdefghijklmnopqrstuv
                a=candidate:1 1 UDP 2130706431 192.0.2.1 16384 typ host
                a=end-of-candidates
                a=sendrecv

                """)
    }
}
