import PBXBase
import SIPGrammar
import Testing

@Suite struct SIPMessageTests {
    @Test func `an INVITE gives what routing needs without building structures`() throws {
        let message = try SIPMessage(parsing: Sample.invite)
        #expect(message.isRequest)
        #expect(message.method == .invite)
        #expect(message.requestURIText == "sip:600@pbx.example.com")
        #expect(message.topViaBranch.map(Array.init) == Array("z9hG4bK-524287-1---d7a3c8e1b2f40d55".utf8))
        #expect(message.topViaSentBy.map(Array.init) == Array("198.51.100.7:5062".utf8))
        #expect(message.fromTag.map(Array.init) == Array("3f1a9c27".utf8))
        #expect(message.toTag == nil)
        #expect(message.cseqNumber == 1)
        #expect(try message.callID() == "83042ZTUzYjg0MGE4NjA5NzM1NWE2ZDhiNjA")
        #expect(message.body.elementsEqual(Sample.sdp.utf8))
        #expect(message.bytes == Sample.invite)
        try message.validateRequest()
    }

    @Test func `typed values come from their fields`() throws {
        let message = try SIPMessage(parsing: Sample.invite)
        #expect(try message.from().displayName == "Alice Desk")
        #expect(try message.from().tag == "3f1a9c27")
        #expect(try message.to().uri.user == "600")
        #expect(try message.contacts().map(\.uri.port) == [5062])
        #expect(try message.cseq() == SIPCSeq(number: 1, method: .invite))
        #expect(try message.maxForwards() == 70)
        #expect(message.optionTags(.supported) == ["replaces", "timer", "100rel"])
        #expect(message.hasOptionTag("100REL", in: .supported))
        #expect(message.contentType == "application/sdp")
        #expect(try message.topVia().hasRport)
        #expect(try message.requestURI() == SIPURI("sip:600@pbx.example.com"))
    }

    @Test func `a response knows the method it answers`() throws {
        let message = try Sample.message([
            "SIP/2.0 180 Ringing", "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa", "f: <sip:a@b>;tag=1",
            "t: <sip:c@d>;tag=2", "i: x@y", "CSeq: 7 INVITE", "l: 0",
        ])
        #expect(message.isProvisional)
        #expect(message.status == 180)
        #expect(message.reasonPhrase == "Ringing")
        #expect(message.method == .invite)
        #expect(message.toTag.map(Array.init) == Array("2".utf8))
        try message.validateResponse()
    }
}
