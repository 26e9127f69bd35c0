import PBXBase
import SIPGrammar
import Testing

@Suite struct SIPMessageBuilderTests {
    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    private func request(via: String, to: String = "<sip:b@y>") throws -> SIPMessage {
        try Sample.message([
            "OPTIONS sip:b@y SIP/2.0", "Via: \(via)", "v: SIP/2.0/UDP second;branch=z9hG4bKb", "From: <sip:a@x>;tag=1",
            "To: \(to)",
            "Call-ID: c", "CSeq: 4 OPTIONS", "Record-Route: <sip:p;lr>", "X-Unknown: kept", "x-unknown:  too ",
        ])
    }

    @Test func `a request reads as it was written`() throws {
        var builder = SIPMessageBuilder(request: .invite, uri: try SIPURI("sip:b@y"))
        builder.add(SIPVia(transport: .tcp, host: "192.0.2.1", port: nil, branch: "z9hG4bK1", wantsRport: false))
        builder.add(.maxForwards, 70)
        builder.add(.to, SIPNameAddress(displayName: "B", uri: try SIPURI("sip:b@y")))
        builder.add(SIPCSeq(number: 1, method: .invite))
        builder.add(.other("x-tail"), "end")
        #expect(
            text(builder.finish(contentType: "text/plain", body: Array("hi".utf8))) == """
                INVITE sip:b@y SIP/2.0\r
                Via: SIP/2.0/TCP 192.0.2.1;branch=z9hG4bK1\r
                Max-Forwards: 70\r
                To: "B" <sip:b@y>\r
                CSeq: 1 INVITE\r
                X-Tail: end\r
                Content-Type: text/plain\r
                Content-Length: 2\r
                \r
                hi
                """)
    }

    @Test func `a response answers its request`() throws {
        let request = try request(via: "SIP/2.0/UDP host.example;rport;branch=z9hG4bKa")
        var builder = SIPMessageBuilder(responseTo: request, status: 200, toTag: "t", receivedFrom: Sample.flow)
        builder.copyAll(.recordRoute, from: request)
        builder.copyAll(.other("x-unknown"), from: request)
        #expect(
            text(builder.finish()) == """
                SIP/2.0 200 OK\r
                Via: SIP/2.0/UDP host.example;rport=40000;branch=z9hG4bKa;received=192.0.2.99\r
                Via: SIP/2.0/UDP second;branch=z9hG4bKb\r
                From: <sip:a@x>;tag=1\r
                To: <sip:b@y>;tag=t\r
                Call-ID: c\r
                CSeq: 4 OPTIONS\r
                Record-Route: <sip:p;lr>\r
                X-Unknown: kept\r
                X-Unknown: too\r
                Content-Length: 0\r
                \r

                """)
    }

    @Test(arguments: [
        ("SIP/2.0/UDP 192.0.2.99:9;branch=z9hG4bKa", "SIP/2.0/UDP 192.0.2.99:9;branch=z9hG4bKa"),
        ("SIP/2.0/UDP 192.0.2.98;branch=z9hG4bKa", "SIP/2.0/UDP 192.0.2.98;branch=z9hG4bKa;received=192.0.2.99"),
        (
            "SIP/2.0/UDP 192.0.2.99;rport;branch=z9hG4bKa",
            "SIP/2.0/UDP 192.0.2.99;rport=40000;branch=z9hG4bKa;received=192.0.2.99"
        ),
        (
            "SIP/2.0/UDP h;received=6.6.6.6;branch=z9hG4bKa;RPORT=1",
            "SIP/2.0/UDP h;branch=z9hG4bKa;rport=40000;received=192.0.2.99"
        ),
        (
            "SIP/2.0/UDP h;branch=z9hG4bKa ,SIP/2.0/UDP i;rport;branch=z9hG4bKb",
            "SIP/2.0/UDP h;branch=z9hG4bKa ;received=192.0.2.99,SIP/2.0/UDP i;rport;branch=z9hG4bKb"
        ),
        ("SIP/2.0/UDP h;x=\";,\";rport", "SIP/2.0/UDP h;x=\";,\";rport=40000;received=192.0.2.99"),
    ])
    func `the top Via says where the request came from`(via: String, expected: String) throws {
        let request = try request(via: via)
        var builder = SIPMessageBuilder(responseTo: request, status: 200, toTag: nil, receivedFrom: Sample.flow)
        let response = try SIPMessage(parsing: builder.finish())
        #expect(response.text(.via) == expected)
        #expect(response.values(.via).count == 2)
        _ = try response.topVia()
    }

    @Test func `a tag that is there stays`() throws {
        let request = try request(via: "SIP/2.0/UDP h", to: "<sip:b@y>;tag=mine")
        var builder = SIPMessageBuilder(responseTo: request, status: 200, toTag: "other", receivedFrom: Sample.flow)
        #expect(try SIPMessage(parsing: builder.finish()).text(.to) == "<sip:b@y>;tag=mine")
    }

    @Test func `a value cannot smuggle in a field`() throws {
        var builder = SIPMessageBuilder(request: .other("A\r\nB: c"), uriText: "sip:a\r\nX: y")
        builder.add(.subject, "a\r\nEvil: 1")
        builder.add(.other("x\r\ny"), "\n\r\0z")
        builder.add(
            .to, SIPNameAddress(displayName: "a\r\nEvil: 2", uri: SIPURI(user: "u\r\n", host: "h\r\n", port: nil)))
        let text = text(builder.finish())
        #expect(text.split(separator: "\r\n").count == 5)
        #expect(!text.split(separator: "\r\n").contains { $0.hasPrefix("Evil") })
    }

    @Test func `every field survives a round trip`() throws {
        let message = try SIPMessage(parsing: try Fixture.bytes("rfc4475/valid/longreq.dat"))
        var builder = SIPMessageBuilder(request: message.method, uriText: message.requestURIText)
        for (name, value) in message.allFields where name != .contentLength && name != .contentType {
            builder.add(name, ascii: value)
        }
        let copy = try SIPMessage(parsing: builder.finish(contentType: "application/sdp", body: Array(message.body)))
        let kept = message.allFields.filter { $0.name != .contentLength && $0.name != .contentType }
        #expect(copy.allFields.prefix(kept.count).map(\.name) == kept.map(\.name))
        #expect(copy.allFields.prefix(kept.count).map(\.value) == kept.map(\.value))
        #expect(copy.body == message.body)
    }

    @Test(arguments: [
        ("rfc4475/invalid/clerr.dat", 400), ("rfc4475/invalid/badvers.dat", 505), ("rfc4475/invalid/lwsstart.dat", 400),
    ])
    func `what cannot be parsed is still answered`(file: String, status: Int) throws {
        let bytes = try Fixture.bytes(file)
        let error = #expect(throws: SIPSyntaxError.self) { try SIPMessage(parsing: bytes) }
        let reply = SIPMessage.rejection(
            of: bytes, because: try #require(error), toTag: "t", receivedFrom: Sample.flow)
        let response = try SIPMessage(parsing: try #require(reply))
        #expect(response.status == status)
        #expect(response.toTag?.elementsEqual("t".utf8) == true)
        #expect(response.cseqNumber != nil)
    }

    @Test(arguments: [
        "SIP/2.0 999 x\r\nVia: a\r\n\r\n", "ACK sip:a SIP/3.0\r\nVia: a\r\n\r\n", "garbage", "", "\0\0\0\0",
    ])
    func `no answer to what deserves none`(text: String) {
        let error = SIPSyntaxError(field: "x", offset: 0, problem: "x")
        #expect(
            SIPMessage.rejection(of: Array(text.utf8), because: error, toTag: "t", receivedFrom: Sample.flow) == nil)
    }
}
