import PBXBase
import SIPGrammar
import Testing

private func ascii(_ text: String) -> ArraySlice<UInt8> { Array(text.utf8)[...] }

@Suite struct SIPNameAddressTests {
    @Test(
        arguments: [
            ("<sip:a@b>", nil, "sip:a@b", nil), ("sip:a@b;tag=1", nil, "sip:a@b", "1"),
            ("Alice <sip:a@b;lr>;tag=x", "Alice", "sip:a@b;lr", "x"),
            (#""A \"B\" C" <sip:a@b>;TAG=Y"#, #"A "B" C"#, "sip:a@b", "Y"),
            (#""" <sip:a@b> ; tag = z "#, "", "sip:a@b", "z"), ("\"a,b;c<d>\"<sip:a@b>", "a,b;c<d>", "sip:a@b", nil),
            ("<sip:a@b>;tag=", nil, "sip:a@b", nil),
            ("<tel:+49;phone-context=x>;tag=1", nil, "tel:+49;phone-context=x", "1"),
        ] as [(String, String?, String, String?)])
    func parts(text: String, name: String?, uri: String, tag: String?) throws {
        let address = try SIPNameAddress(ascii: ascii(text))
        #expect(address.displayName == name)
        #expect(address.uri.description == uri)
        #expect(address.tag == tag)
        #expect(try SIPNameAddress(ascii: ascii(address.description)) == address)
    }

    @Test(arguments: [
        "", "<>", "<sip:a@b", "\"a <sip:a@b>", "a@b", "<sip:a@b>;", "<sip:a@b>;;", "<sip:a@b> x", "sip:a@b?x=y",
        "\"a\" sip:a@b", "<sip:a@b>,<sip:c@d>",
    ])
    func refused(text: String) {
        #expect(throws: SIPSyntaxError.self) { try SIPNameAddress(ascii: ascii(text)) }
    }

    @Test func `a list is cut at commas outside quotes and brackets`() throws {
        let text = #""Doe, J" <sip:a,b@c>;q=0.5 , sip:d@e;expires=60,<sip:f@g>;q=1"#
        let list = try SIPNameAddress.list(ascii: ascii(text))
        #expect(list.map(\.uri.user) == ["a,b", "d", "f"])
        #expect(list.map(\.qualityThousandths) == [500, 1_000, 1_000])
        #expect(list.map(\.expires) == [nil, 60, nil])
        #expect(throws: SIPSyntaxError.self) { try SIPNameAddress.list(ascii: ascii("<sip:a@b>,")) }
        let many = Array(repeatElement("<sip:a@b>", count: SIPLimits.listValuesMax + 1)).joined(separator: ",")
        #expect(throws: SIPSyntaxError.self) { try SIPNameAddress.list(ascii: ascii(many)) }
    }

    @Test(arguments: [("0", 0), ("1", 1_000), ("0.7", 700), ("0.123", 123), ("1.000", 1_000), ("x", 1_000), ("0.", 0)])
    func quality(text: String, expected: Int) throws {
        #expect(try SIPNameAddress(ascii: ascii("<sip:a@b>;q=\(text)")).qualityThousandths == expected)
    }
}

@Suite struct SIPViaTests {
    @Test func `the parts are found`() throws {
        let via = try SIPVia(ascii: ascii("SIP/2.0/TCP [2001:DB8::1]:5061;branch=z9hG4bKx;rport=7;received=192.0.2.9"))
        #expect(via.transport == .tcp)
        #expect(via.host == "2001:db8::1")
        #expect(via.port == 5061)
        #expect(via.branch == "z9hG4bKx")
        #expect(via.hasMagicCookie)
        #expect(via.rport == 7)
        #expect(via.receivedAddress == IPAddress("192.0.2.9"))
    }

    @Test func `only the first value is read`() throws {
        let via = try SIPVia(ascii: ascii("SIP/2.0/SCTP a;rport , SIP/2.0/UDP ;;;"))
        #expect(via.transport == nil)
        #expect(via.transportName == "SCTP")
        #expect(via.hasRport)
        #expect(via.rport == nil)
        #expect(!via.hasMagicCookie)
    }

    @Test(arguments: [
        "", "SIP/2.0/UDP", "SIP/2.0/UDP ", "SIP/1.0/UDP a", "HTTP/2.0/UDP a", "SIP/2.0/UDP a;;", "SIP/2.0 UDP a",
    ])
    func refused(text: String) {
        #expect(throws: SIPSyntaxError.self) { try SIPVia(ascii: ascii(text)) }
    }

    @Test func `our own Via asks for rport`() {
        let via = SIPVia(transport: .udp, host: "2001:db8::1", port: 5060, branch: "z9hG4bK1")
        #expect(via.description == "SIP/2.0/UDP [2001:db8::1]:5060;rport;branch=z9hG4bK1")
    }
}

@Suite struct SIPCSeqTests {
    @Test(arguments: ["", "1", "INVITE", "2147483648 INVITE", "-1 INVITE", "1 INVITE x", "1INVITE", "1 "])
    func refused(text: String) {
        #expect(throws: SIPSyntaxError.self) { try SIPCSeq(ascii: ascii(text)) }
    }

    @Test func `methods are case-sensitive`() throws {
        #expect(try SIPCSeq(ascii: ascii("2147483647   INVITE")) == SIPCSeq(number: 2_147_483_647, method: .invite))
        #expect(try SIPCSeq(ascii: ascii("1 invite")).method == .other("invite"))
    }
}

@Suite struct SIPDigestHeaderTests {
    @Test func `credentials are read and written`() throws {
        let text =
            #"Digest username="a\"b", realm="pbx", nonce="n,1", uri="sip:pbx", response="00ff", algorithm=SHA-256, "#
            + #"cnonce="c", qop=auth, nc=00000001, opaque="o", userhash=false"#
        let credentials = try SIPCredentials(ascii: ascii(text))
        #expect(credentials.isDigest)
        #expect(credentials.username == #"a"b"#)
        #expect(credentials.nonce == "n,1")
        #expect(credentials.algorithm == "SHA-256")
        #expect(credentials.qop == "auth")
        #expect(credentials.nc == "00000001")
        #expect(credentials.description == text)
    }

    @Test func `a challenge is written with the quotes that peers expect`() throws {
        var challenge = SIPChallenge()
        challenge.realm = "pbx"
        challenge.nonce = "abc"
        challenge.algorithm = "SHA-256"
        challenge.qop = "auth"
        challenge.stale = true
        #expect(challenge.description == #"Digest realm="pbx", nonce="abc", algorithm=SHA-256, qop="auth", stale=true"#)
        let copy = try SIPChallenge(ascii: ascii(challenge.description))
        #expect(copy == challenge)
        #expect(copy.stale)
        #expect(try SIPChallenge(ascii: ascii(#"digest qop="auth, AUTH-INT""#)).qopOptions == ["auth", "auth-int"])
    }

    @Test(arguments: [
        "", "Digest a", "Digest a=1 b=2", "Digest realm=\"x", "Digest a=1,a=2", "Digest =1", "Digest a=1,,b=2",
    ])
    func refused(text: String) {
        #expect(throws: SIPSyntaxError.self) { try SIPCredentials(ascii: ascii(text)) }
    }
}

@Suite struct SIPHeaderNameTests {
    @Test(arguments: [
        ("v", SIPHeaderName.via), ("VIA", .via), ("call-id", .callID), ("i", .callID), ("x", .sessionExpires),
        ("CSEQ", .cseq),
        ("www-authenticate", .wwwAuthenticate), ("X-Foo", .other("x-foo")), ("z", .other("z")), ("", .other("")),
        ("P-Asserted-Identity", .pAssertedIdentity), ("mime-version", .mimeVersion), ("Vie", .other("vie")),
    ])
    func recognised(text: String, expected: SIPHeaderName) {
        #expect(SIPHeaderName(text) == expected)
    }

    @Test func `an unknown name is written with capitals`() {
        #expect(SIPHeaderName("X-FOO-bar").canonicalName == "X-Foo-Bar")
    }
}
