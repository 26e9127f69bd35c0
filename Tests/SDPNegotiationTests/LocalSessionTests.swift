import MediaControl
import PBXBase
import SDPNegotiation
import Testing

private let here = IPAddress(ipv4: 0xC000_0201)  // 192.0.2.1
private let rtp = Endpoint(here, port: 16_384)
private let rtcp = Endpoint(here, port: 16_385)

private func format(_ number: UInt8, _ name: String, _ rate: Int = 8_000, _ parameters: String? = nil) -> MediaFormat {
    MediaFormat(
        payloadType: number, name: name, clockRate: rate, channels: name == "opus" ? 2 : 1, parameters: parameters)
}

private let pcma = format(8, "PCMA")
private let pcmu = format(0, "PCMU")
private let events = format(101, "telephone-event", 8_000, "0-16")

struct LocalSessionOfferTests {
    @Test func goldenOffer() {
        var session = LocalSession(id: 42, address: here)
        let body = session.offer(
            formats: [format(96, "opus", 48_000, "useinbandfec=1"), pcma, events], address: rtp, rtcp: rtcp,
            direction: .sendrecv, ptime: 20)
        #expect(
            lines(body) == """
                v=0
                o=- 42 1 IN IP4 192.0.2.1
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

                """)
    }

    @Test func version6AndAnUnusualRTCPPort() {
        var session = LocalSession(id: 1, address: .ipv6Loopback)
        let body = session.offer(
            formats: [pcmu], address: Endpoint(.ipv6Loopback, port: 16_384),
            rtcp: Endpoint(.ipv6Loopback, port: 20_001), direction: .recvonly, ptime: nil)
        #expect(
            lines(body) == """
                v=0
                o=- 1 1 IN IP6 ::1
                s=-
                c=IN IP6 ::1
                t=0 0
                m=audio 16384 RTP/AVP 0
                a=rtpmap:0 PCMU/8000
                a=rtcp:20001
                a=recvonly

                """)
    }

    @Test func theVersionGrowsOnlyWithTheText() {
        var session = LocalSession(id: 1, address: here)
        let first = session.offer(formats: [pcma], address: rtp, rtcp: rtcp, direction: .sendrecv, ptime: nil)
        let same = session.offer(formats: [pcma], address: rtp, rtcp: rtcp, direction: .sendrecv, ptime: nil)
        #expect(first == same)
        #expect(session.version == 1)
        _ = session.offer(formats: [pcma], address: rtp, rtcp: rtcp, direction: .sendonly, ptime: nil)
        #expect(session.version == 2)
    }

    @Test func aNumberKeepsItsMeaningForTheLifeOfTheLeg() {
        var session = LocalSession(id: 1, address: here)
        _ = session.offer(
            formats: [format(96, "opus", 48_000), format(97, "speex")], address: rtp, rtcp: rtcp,
            direction: .sendrecv, ptime: nil)
        // The other side comes back with numbers of its own: 96 for events, 107 for Opus.
        _ = session.offer(
            formats: [format(107, "opus", 48_000), format(96, "telephone-event"), pcma], address: rtp, rtcp: rtcp,
            direction: .sendrecv, ptime: nil)
        #expect(session.formats.map(\.name) == ["opus", "telephone-event", "PCMA"])
        #expect(session.formats.map(\.payloadType) == [96, 98, 8])
    }

    @Test func aRefusedOfferLeavesOnlyItsVersionBehind() {
        var session = LocalSession(id: 1, address: here)
        _ = session.offer(formats: [pcma], address: rtp, rtcp: rtcp, direction: .sendrecv, ptime: nil)
        let earlier = session
        _ = session.offer(
            formats: [pcmu, format(96, "opus", 48_000)], address: rtp, rtcp: rtcp, direction: .inactive, ptime: nil)
        session.withdrawOffer(earlier)
        #expect(session.formats == [pcma])
        #expect(session.direction == .sendrecv)
        _ = session.offer(
            formats: [format(96, "speex")], address: rtp, rtcp: rtcp, direction: .sendrecv, ptime: nil)
        #expect(session.version == 3)
        #expect(session.formats.map(\.payloadType) == [97])
    }

    @Test func sessionIDsFitASignedWord() {
        var session = LocalSession(id: .max, address: here)
        let body = session.offer(formats: [pcma], address: rtp, rtcp: nil, direction: .sendrecv, ptime: nil)
        #expect(lines(body).contains("o=- 2147483647 1 IN IP4 192.0.2.1\n"))
    }
}

struct LocalSessionAnswerTests {
    @Test func goldenAnswerWithTheOffersNumbersAndVideoRefused() throws {
        let offer = try SDPReader.read(wire(PeerOffers.linphone)[...])
        var session = LocalSession(id: 7, address: here)
        let body = session.answer(
            to: offer,
            formats: [format(107, "opus", 48_000, "useinbandfec=0"), pcma, format(120, "telephone-event", 48_000)],
            address: rtp, rtcp: rtcp, direction: .sendrecv)
        #expect(
            lines(body) == """
                v=0
                o=- 7 1 IN IP4 192.0.2.1
                s=-
                c=IN IP4 192.0.2.1
                t=0 0
                m=audio 16384 RTP/AVP 96 8 101
                a=rtpmap:96 opus/48000/2
                a=fmtp:96 useinbandfec=0
                a=rtpmap:8 PCMA/8000
                a=rtpmap:101 telephone-event/48000
                a=sendrecv
                m=video 0 RTP/AVPF 96

                """)
    }

    @Test(arguments: [
        (MediaDirection.sendrecv, MediaDirection.sendrecv, MediaDirection.sendrecv),
        (.sendonly, .sendrecv, .recvonly), (.sendonly, .sendonly, .inactive), (.recvonly, .sendrecv, .sendonly),
        (.recvonly, .recvonly, .inactive), (.inactive, .sendrecv, .inactive), (.sendrecv, .recvonly, .recvonly),
        (.sendrecv, .inactive, .inactive),
    ])
    func directionIsLegal(offered: MediaDirection, wanted: MediaDirection, answered: MediaDirection) {
        var session = LocalSession(id: 1, address: here)
        let offer = MediaDescription(remote: rtp, direction: offered, formats: [pcma])
        let body = session.answer(to: offer, formats: [pcma], address: rtp, rtcp: nil, direction: wanted)
        #expect(lines(body).contains("a=\(answered.rawValue)\n"))
        #expect(session.direction == answered)
    }

    @Test func holdTheOldWayIsAnsweredByReceivingOnly() {
        var session = LocalSession(id: 1, address: here)
        let offer = MediaDescription(remote: nil, formats: [pcma], hasUnspecifiedAddress: true)
        _ = session.answer(to: offer, formats: [pcma], address: rtp, rtcp: nil, direction: .sendrecv)
        #expect(session.direction == .recvonly)
    }

    @Test func nothingInCommonRefusesTheAudio() {
        var session = LocalSession(id: 1, address: here)
        let offer = MediaDescription(remote: rtp, formats: [pcma, events])
        let body = session.answer(to: offer, formats: [pcmu, events], address: rtp, rtcp: nil, direction: .sendrecv)
        #expect(lines(body).hasSuffix("m=audio 0 RTP/AVP 8\n"))
        #expect(throws: SDPProblem.noCommonCodec) { try offer.commonFormats(with: [pcmu, events]) }
    }

    @Test func aStreamTakenDownStaysDown() {
        var session = LocalSession(id: 1, address: here)
        let offer = MediaDescription(remote: nil, formats: [pcma], isRejected: true)
        let body = session.answer(to: offer, formats: [pcma], address: rtp, rtcp: nil, direction: .sendrecv)
        #expect(lines(body).hasSuffix("m=audio 0 RTP/AVP 8\n"))
    }

    /// RFC 3264 §8: an offer never has fewer media sections than the description before it.
    @Test func laterOffersKeepTheSections() throws {
        let offer = try SDPReader.read(wire(PeerOffers.linphone)[...])
        var session = LocalSession(id: 1, address: here)
        _ = session.answer(to: offer, formats: [pcma], address: rtp, rtcp: nil, direction: .sendrecv)
        let body = session.offer(formats: [pcma], address: rtp, rtcp: nil, direction: .sendonly, ptime: nil)
        #expect(
            lines(body) == """
                v=0
                o=- 1 2 IN IP4 192.0.2.1
                s=-
                c=IN IP4 192.0.2.1
                t=0 0
                m=audio 16384 RTP/AVP 8
                a=rtpmap:8 PCMA/8000
                a=sendonly
                m=video 0 RTP/AVPF 96

                """)
    }
}

struct AnswerCheckTests {
    private func offered() -> LocalSession {
        var session = LocalSession(id: 1, address: here)
        _ = session.offer(
            formats: [pcma, pcmu, events], address: rtp, rtcp: nil, direction: .sendrecv, ptime: nil)
        return session
    }

    @Test func acceptedFormatsKeepTheAnswersOrderAndNumbers() throws {
        let answer = MediaDescription(
            remote: rtp, formats: [pcmu, format(110, "telephone-event"), format(18, "G729"), pcma])
        let accepted = try offered().formats(acceptedBy: answer)
        #expect(accepted.map(\.payloadType) == [0, 110, 8])
    }

    @Test func misfitsAreNamed() {
        let refused = MediaDescription(remote: nil, formats: [pcma], isRejected: true)
        #expect(throws: SDPProblem.answerMismatch("audio is refused")) { try offered().formats(acceptedBy: refused) }
        let stranger = MediaDescription(remote: rtp, formats: [format(18, "G729"), events])
        #expect(throws: SDPProblem.noCommonCodec) { try offered().formats(acceptedBy: stranger) }
        let section = MediaDescription.Section(kind: "video", protocolName: "RTP/AVP", firstFormat: "99")
        let longer = MediaDescription(remote: rtp, formats: [pcma], sections: [section, section])
        #expect(throws: SDPProblem.answerMismatch("it has 2 media sections, we offered 1")) {
            try offered().formats(acceptedBy: longer)
        }
    }
}
