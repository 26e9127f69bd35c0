import MediaControl
import PBXBase
import SDPNegotiation
import Testing

private let here = IPAddress(ipv4: 0xC000_0201)  // 192.0.2.1
private let port = Endpoint(here, port: 16_384)
private let pcma = MediaFormat(payloadType: 8, name: "PCMA", clockRate: 8_000)

private func read(_ media: String) throws -> MediaDescription {
    let text = "v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\n" + media
    return try SDPReader.read(Array(text.utf8)[...])
}

struct FaxDescriptionTests {
    /// T.38 Annex D.2.3; the names as gateways write them.
    @Test func readsWhatAGatewaySays() throws {
        let description = try read(
            """
            m=image 49170 UDPTL t38\r
            a=T38FaxVersion:2\r
            a=T38maxBitRate:9600\r
            a=T38FaxFillBitRemoval\r
            a=T38FaxTranscodingMMR:0\r
            a=T38FaxTranscodingJBIG:1\r
            a=T38FaxRateManagement:localTCF\r
            a=T38FaxMaxBuffer:1024\r
            a=T38FaxMaxDatagram:238\r
            a=T38FaxUdpEC:t38UDPFEC\r
            a=T38VendorInfo:0 0 0\r

            """)
        #expect(description.remote == Endpoint(IPAddress(ipv4: 0xC000_0209), port: 49_170))
        #expect(description.formats.isEmpty)
        #expect(
            description.fax
                == FaxParameters(
                    version: 2, bitRateMax: 9_600, removesFillBits: true, transcodesJBIG: true,
                    rateManagement: .localTCF, bufferBytesMax: 1_024, datagramBytesMax: 238, errorCorrection: .parity))
        #expect(!description.isRejected)
    }

    @Test func whatIsNotSaidOrNonsenseHasItsDefault() throws {
        let description = try read("m=image 4000 udptl t38\r\na=T38FaxVersion:99\r\na=T38FaxMaxDatagram:-1\r\n")
        #expect(description.fax == FaxParameters())
    }

    @Test func audioInUseComesFirst() throws {
        let both = try read("m=audio 5000 RTP/AVP 8\r\nm=image 5002 udptl t38\r\n")
        #expect(both.fax == nil)
        #expect(both.sectionIndex == 0)
    }

    @Test func audioTakenDownBesideFaxIsAFax() throws {
        let change = try read("m=audio 0 RTP/AVP 8\r\nm=image 5002 udptl t38\r\n")
        #expect(change.fax != nil)
        #expect(change.sectionIndex == 1)
    }

    @Test func anImageThatIsNoFaxIsNone() {
        #expect(throws: SDPProblem.noAudio) { try read("m=image 5002 TCP t38\r\n") }
        #expect(throws: SDPProblem.noAudio) { try read("m=image 5002 udptl jpeg\r\n") }
    }

    @Test func aRefusedFaxIsRead() throws {
        let answer = try read("m=image 0 udptl t38\r\n")
        #expect(answer.isRejected)
        #expect(answer.fax != nil)
    }
}

struct FaxSessionTests {
    private func session() -> LocalSession {
        var session = LocalSession(id: 42, address: here)
        _ = session.offer(formats: [pcma], address: port, rtcp: nil, direction: .sendrecv, ptime: nil)
        return session
    }

    @Test func anOfferOfFaxTakesThePlaceOfAudio() throws {
        var session = session()
        let parameters = FaxParameters(
            bitRateMax: 14_400, removesFillBits: true, datagramBytesMax: 400, errorCorrection: .redundancy)
        let body = session.offerFax(parameters, address: port)
        #expect(
            String(decoding: body, as: UTF8.self).replacing("\r\n", with: "\n") == """
                v=0
                o=- 42 2 IN IP4 192.0.2.1
                s=-
                c=IN IP4 192.0.2.1
                t=0 0
                m=image 16384 udptl t38
                a=T38FaxVersion:0
                a=T38MaxBitRate:14400
                a=T38FaxFillBitRemoval
                a=T38FaxRateManagement:transferredTCF
                a=T38FaxMaxDatagram:400
                a=T38FaxUdpEC:t38UDPRedundancy

                """)
        #expect(session.fax == parameters)
        #expect(session.formats.isEmpty)
        let answer = try read("m=image 5000 udptl t38\r\na=T38FaxMaxDatagram:72\r\n")
        #expect(try session.fax(acceptedBy: answer).datagramBytesMax == 72)
        #expect(throws: SDPProblem.self) { try session.fax(acceptedBy: read("m=image 0 udptl t38\r\n")) }
        #expect(throws: SDPProblem.self) { try session.fax(acceptedBy: read("m=audio 5000 RTP/AVP 8\r\n")) }
    }

    @Test func audioComesBackInTheSamePlace() throws {
        var session = session()
        _ = session.offerFax(FaxParameters(), address: port)
        let body = session.offer(formats: [pcma], address: port, rtcp: nil, direction: .sendrecv, ptime: nil)
        let description = try SDPReader.read(body[...])
        #expect(description.fax == nil)
        #expect(description.sections.map(\.kind) == ["audio"])
        #expect(description.formats == [pcma])
        #expect(session.fax == nil)
    }

    @Test func aRefusedOfferOfFaxIsForgotten() {
        let before = session()
        var session = before
        _ = session.offerFax(FaxParameters(), address: port)
        session.withdrawOffer(before)
        #expect(session.fax == nil)
        #expect(session.formats == [pcma])
        #expect(session.version == 2)
    }

    @Test func anAnswerStandsWhereTheOfferStands() throws {
        var session = session()
        let offer = try read("m=audio 0 RTP/AVP 8\r\nm=image 5002 UDPTL t38\r\n")
        let body = session.answerFax(to: offer, FaxParameters(), address: port)
        let answer = try SDPReader.read(body[...])
        #expect(answer.sections.map(\.kind) == ["audio", "image"])
        #expect(answer.sectionIndex == 1)
        #expect(answer.remote == port)
        // As the offer writes it.
        #expect(answer.sections[1].protocolName == "UDPTL")
    }
}
