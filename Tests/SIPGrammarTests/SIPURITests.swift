import PBXBase
import SIPGrammar
import Testing

@Suite struct SIPURITests {
    @Test(arguments: [
        "sip:100@pbx.example.com", "sip:pbx.example.com", "sips:alice@example.com:5061",
        "sip:100@192.0.2.1:5070;transport=tcp;lr", "sip:100@[2001:db8::1]:5060", "sip:[2001:db8::9]",
        "sip:alice:secret@example.com", "sip:%23123@example.com", "tel:+49301234567",
        "tel:1234;phone-context=example.com", "sip:a@b?subject=x&priority=urgent", "mailto:someone@example.com",
        "sip:a@b;ttl=1;maddr=239.1.1.1", "urn:service:sos", "sip:+1-212-555-1212:1234@gateway.com;user=phone",
    ])
    func `written as it was read`(text: String) throws {
        #expect(try SIPURI(text).description == text)
    }

    @Test func `the parts are found`() throws {
        let uri = try SIPURI("SIP:b%6Fb:pw@Example.COM:5070;Transport=TCP;lr?a=b")
        #expect(uri.scheme == .sip)
        #expect(uri.user == "bob")
        #expect(uri.password == "pw")
        #expect(uri.host == "example.com")
        #expect(uri.port == 5070)
        #expect(uri.transport == .tcp)
        #expect(uri.isLooseRouter)
        #expect(uri.headers == "a=b")
        #expect(try SIPURI("sips:a@b").transport == .tls)
        #expect(try SIPURI("sip:a@[::1]").hostAddress == .ipv6Loopback)
        #expect(try SIPURI("sip:a@b").hostAddress == nil)
    }

    @Test(arguments: [
        "", "sip", "sip:", "100@example.com", "sip:@example.com", "sip:a@", "sip:a@b:", "sip:a@b:65536",
        "sip:a@b:123456",
        "sip:a@b:x", "sip:a@[::1", "sip:a@[zz]", "sip:a@[1.2.3.4]", "sip:a b@c", "sip:a@b;", "sip:a@b;=x", "sip:a%4@b",
        "sip:a%zz@b", "sip:<a@b>", "sip:a@b\r\nX: y", "1sip:a@b", "tel:", ":a@b", "sip:a@b@c",
    ])
    func `what is no URI is refused`(text: String) {
        #expect(throws: SIPSyntaxError.self) { try SIPURI(text) }
    }

    @Test func `what we build can be read`() throws {
        let uri = SIPURI(user: "a b@c;d\"é", host: "2001:db8::1", port: 5060, transport: .tcp)
        #expect(uri.description == "sip:a%20b%40c;d%22%C3%A9@[2001:db8::1]:5060;transport=tcp")
        #expect(try SIPURI(uri.description) == uri)
    }

    /// RFC 3261 §19.1.4, the examples of the text.
    @Test(arguments: [
        ("sip:%61lice@atlanta.com;transport=TCP", "sip:alice@AtLanTa.CoM;Transport=tcp"),
        ("sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5"),
        ("sip:carol@chicago.com;security=on", "sip:carol@chicago.com;newparam=5"),
        (
            "sip:alice@atlanta.com?subject=project%20x&priority=urgent",
            "sip:alice@atlanta.com?priority=urgent&subject=project%20x"
        ),
    ])
    func equivalent(left: String, right: String) throws {
        #expect(try SIPURI(left).isEquivalent(to: SIPURI(right)))
        #expect(try SIPURI(right).isEquivalent(to: SIPURI(left)))
    }

    @Test(arguments: [
        ("SIP:ALICE@AtLanTa.CoM;Transport=udp", "sip:alice@AtLanTa.CoM;Transport=UDP"),
        ("sip:bob@biloxi.com", "sip:bob@biloxi.com:5060"),
        ("sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=tcp"),
        ("sip:bob@biloxi.com", "sips:bob@biloxi.com"),
        ("sip:carol@chicago.com", "sip:carol@chicago.com?Subject=next%20meeting"),
        ("sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4"),
        ("sip:carol@chicago.com;security=on", "sip:carol@chicago.com;security=off"),
        ("sip:carol@chicago.com;user=phone", "sip:carol@chicago.com"),
    ])
    func different(left: String, right: String) throws {
        #expect(try !SIPURI(left).isEquivalent(to: SIPURI(right)))
        #expect(try !SIPURI(right).isEquivalent(to: SIPURI(left)))
    }
}
