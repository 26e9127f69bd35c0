import Foundation
import PBXBase
import SIPGrammar
import Testing

/// The torture messages of RFC 4475, each with the outcome that the RFC asks for (or allows) and what we make of it.
@Suite struct RFC4475Tests {
    enum Outcome: Equatable, Sendable {
        /// Parsed and valid; what may be wrong with it is for the layers above.
        case accepted
        /// Parsed, but `validateRequest` or `validateResponse` refuses it with this status.
        case invalid(Int)
        /// Not even parsed, with the status that an answer would carry.
        case unparsable(Int)
    }

    struct Row: Sendable, CustomTestStringConvertible {
        var file: String
        var outcome: Outcome
        var why: String
        var testDescription: String { "\(file): \(why)" }

        init(_ file: String, _ outcome: Outcome, _ why: String) {
            self.file = file
            self.outcome = outcome
            self.why = why
        }
    }

    static let rows = [
        Row("valid/dblreq", .accepted, "Content-Length ends the first request, the rest of the datagram is ignored"),
        Row("valid/esc01", .accepted, "escaped characters in URIs mean themselves"),
        Row("valid/esc02", .accepted, "a percent sign in a method or header name is just a percent sign"),
        Row("valid/escnull", .accepted, "escaped NULs in a user part"),
        Row("valid/intmeth", .accepted, "every character that a method, tag or Call-ID may have"),
        Row("valid/longreq", .accepted, "long values everywhere"),
        Row("valid/lwsdisp", .accepted, "no space between display name and bracket"),
        Row("valid/mpart01", .accepted, "a binary body"),
        Row("valid/noreason", .accepted, "an empty reason phrase"),
        Row("valid/semiuri", .accepted, "a semicolon in the user part starts no URI parameter"),
        Row("valid/transports", .accepted, "transports we do not speak below the top Via"),
        Row("valid/unreason", .accepted, "a reason phrase in UTF-8"),
        Row("valid/wsinv", .accepted, "white space wherever it is allowed"),
        Row("invalid/badaspec", .accepted, "spaces inside the brackets are harmless: tolerated"),
        Row("invalid/badbranch", .accepted, "a bare magic cookie: matched by the rules of RFC 2543"),
        Row("invalid/baddate", .accepted, "a Date we cannot read is ignored"),
        Row("invalid/baddn", .accepted, "an unquoted comma where no list makes it ambiguous: tolerated"),
        Row("invalid/badinv01", .invalid(400), "empty parameters in Via and Contact"),
        Row("invalid/badvers", .unparsable(505), "a protocol version that is not ours"),
        Row("invalid/bcast", .accepted, "well formed; no transaction has its branch"),
        Row("invalid/bext01", .accepted, "the user agent answers 420 with what Require lists"),
        Row("invalid/bigcode", .unparsable(400), "a status code is three digits"),
        Row("invalid/clerr", .unparsable(400), "the body is shorter than Content-Length"),
        Row("invalid/cparam01", .accepted, "an unknown parameter belongs to the contact"),
        Row("invalid/cparam02", .accepted, "an unknown parameter belongs to the URI"),
        Row("invalid/escruri", .invalid(400), "headers are not allowed in a Request-URI"),
        Row("invalid/insuf", .invalid(400), "From, To and Call-ID are missing"),
        Row("invalid/inv2543", .accepted, "RFC 2543: no Max-Forwards, no tag, no branch"),
        Row("invalid/invut", .accepted, "the user agent answers 415 to the media type"),
        Row("invalid/ltgtruri", .invalid(400), "a Request-URI has no brackets"),
        Row("invalid/lwsruri", .unparsable(400), "a Request-URI has no spaces"),
        Row("invalid/lwsstart", .unparsable(400), "one space separates the parts of a request line"),
        Row("invalid/mcl01", .unparsable(400), "two lengths that differ"),
        Row("invalid/mismatch01", .invalid(400), "CSeq names another method"),
        Row("invalid/mismatch02", .invalid(400), "CSeq names another method"),
        Row("invalid/multi01", .invalid(400), "fields repeated that may appear once"),
        Row("invalid/ncl", .unparsable(400), "a negative length"),
        Row("invalid/novelsc", .accepted, "the user agent answers 416 to the scheme"),
        Row("invalid/quotbal", .invalid(400), "a quoted string without end"),
        Row("invalid/regaut01", .accepted, "credentials of an unknown scheme are as good as none"),
        Row("invalid/regbadct", .invalid(400), "a contact with headers needs brackets"),
        Row("invalid/regescrt", .accepted, "headers in a contact: stored, never acted upon"),
        Row("invalid/scalar02", .invalid(400), "a CSeq beyond 2^31"),
        Row("invalid/scalarlg", .invalid(400), "a CSeq beyond 2^31; the response is dropped"),
        Row("invalid/sdp01", .accepted, "the user agent answers 406 to the Accept header"),
        Row("invalid/test", .unparsable(400), "no protocol version and a line without colon"),
        Row("invalid/trws", .unparsable(400), "white space behind the protocol version"),
        Row("invalid/unkscm", .accepted, "the user agent answers 416 to the scheme"),
        Row("invalid/unksm2", .accepted, "the registrar refuses an address of record of another scheme"),
        Row("invalid/zeromf", .accepted, "zero hops left, but we are where it ends"),
    ]

    @Test(arguments: rows) func outcome(_ row: Row) throws {
        #expect(Self.outcome(of: try Fixture.bytes("rfc4475/\(row.file).dat")) == row.outcome)
    }

    @Test func `every file has a row`() throws {
        let files = try ["valid", "invalid"].flatMap { folder in
            try Fixture.names("rfc4475/\(folder)").map { "\(folder)/\($0.dropLast(4))" }
        }
        #expect(Set(files) == Set(Self.rows.map(\.file)))
    }

    private static func outcome(of bytes: [UInt8]) -> Outcome {
        let message: SIPMessage
        do {
            message = try SIPMessage(parsing: bytes)
        } catch {
            return .unparsable(error.status)
        }
        do {
            if message.isRequest { try message.validateRequest() } else { try message.validateResponse() }
        } catch {
            return .invalid(error.status)
        }
        return .accepted
    }
}

/// What the messages say, beyond being accepted.
@Suite struct RFC4475ContentTests {
    private func message(_ file: String) throws -> SIPMessage {
        try SIPMessage(parsing: try Fixture.bytes("rfc4475/\(file).dat"))
    }

    @Test func `white space and folding change nothing`() throws {
        let message = try message("valid/wsinv")
        #expect(try message.to().uri.description == "sip:vivekg@chair-dnrc.example.com")
        #expect(try message.to().tag == "1918181833n")
        #expect(try message.from().displayName == #"J Rosenberg \""#)
        #expect(try message.from().tag == "98asjd8")
        #expect(message.fromTag?.elementsEqual("98asjd8".utf8) == true)
        #expect(try message.maxForwards() == 68)
        #expect(try message.cseq() == SIPCSeq(number: 9, method: .invite))
        #expect(message.cseqNumber == 9)
        #expect(try message.topVia().host == "192.0.2.2")
        #expect(try message.topVia().hasMagicCookie == false)
        #expect(message.topViaBranch?.elementsEqual("390skdjuw".utf8) == true)
        #expect(message.topViaSentBy?.elementsEqual("192.0.2.2".utf8) == true)
        #expect(message.text(.subject) == "")
        #expect(message.text(.other("newfangledheader"))?.split(separator: " ").count == 5)
        #expect(try message.routes().first?.uri.isLooseRouter == true)
        let contact = try #require(try message.contacts().first)
        #expect(contact.displayName == #"Quoted string """#)
        #expect(contact.qualityThousandths == 330)
        #expect(contact.parameters["newparam"] == "newvalue")
        #expect(contact.parameters.contains("secondparam"))
        #expect(message.body.starts(with: Array("v=0".utf8)))
    }

    @Test func `the widest range of characters`() throws {
        let message = try message("valid/intmeth")
        #expect(message.method == .other("!interesting-Method0123456789_*+`.%indeed'~"))
        let uri = try message.requestURI()
        #expect(uri.user == "1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*")
        #expect(uri.password == "&it+has=1,weird!*pas$wo~d_too.(doesn't-it)")
        #expect(uri.host == "example.com")
        #expect(uri.description == message.requestURIText)
        #expect(try message.to().displayName == "BEL:\u{07} NUL:\u{00} DEL:\u{7F}")
        #expect(try message.from().displayName == "token1~` token2'+_ token3*%!.-")
        #expect(try message.from().tag == "_token~1'+`*%!-.")
        #expect(try message.callID() == #"intmeth.word%ZK-!.*_+'@word`~)(><:\/"][?}{"#)
    }

    @Test func `escapes are resolved`() throws {
        let message = try message("valid/esc01")
        #expect(try message.requestURI().user == "sips:user@example.com")
        #expect(try message.requestURI().host == "example.net")
        #expect(try message.requestURI().description == "sip:sips%3Auser%40example.com@example.net")
        #expect(try message.to().uri.user == "user")
        #expect(try message.from().uri.user == "I have spaces")
        let contact = try #require(try message.contacts().first?.uri)
        #expect(contact.user == "caller")
        #expect(contact.isLooseRouter)
        #expect(contact.parameters["name"] == "value%41")
        #expect(try self.message("valid/escnull").contacts().map(\.uri.user) == ["\u{0}", "\u{0}\u{0}"])
    }

    @Test func `names are not decoded`() throws {
        let message = try message("valid/esc02")
        #expect(message.method == .other("RE%47IST%45R"))
        #expect(try message.contacts().map(\.uri.user) == ["alias1", "alias3"])
        #expect(message.text(.other("c%6fntact")) == "<sip:alias2@host2.example.com>")
        #expect(try message.to().displayName == "%Z%45")
    }

    @Test func `the user part ends at the at sign`() throws {
        let uri = try message("valid/semiuri").requestURI()
        #expect(uri.user == "user;par=u@example.net")
        #expect(uri.parameters.isEmpty)
        #expect(uri.description == "sip:user;par=u%40example.net@example.com")
    }

    @Test func `parameters belong to the contact or to its URI`() throws {
        let outer = try #require(try message("invalid/cparam01").contacts().first)
        #expect(outer.parameters.contains("unknownparam"))
        let inner = try #require(try message("invalid/cparam02").contacts().first)
        #expect(inner.uri.parameters.contains("unknownparam"))
    }

    @Test func `numbers too large are the largest where the RFC says so`() throws {
        let message = try message("invalid/scalar02")
        #expect(message.expires() == UInt32.max)
        #expect(try message.contacts().first?.expires == UInt32.max)
    }

    @Test func `option tags are listed for a 420`() throws {
        let message = try message("invalid/bext01")
        #expect(message.optionTags(.require) == ["nothingSupportsThis", "nothingSupportsThisEither"])
    }

    @Test func `a foreign scheme is kept`() throws {
        let uri = try message("invalid/unkscm").requestURI()
        #expect(uri.scheme == .other("nobodyknowsthisscheme"))
        #expect(uri.opaque == "totallyopaquecontent")
    }
}
