import PBXBase
import SIPGrammar
import Testing

@Suite struct SIPStreamFramerTests {
    private func frames(_ framer: inout SIPStreamFramer) throws -> [SIPStreamFramer.Frame] {
        var frames: [SIPStreamFramer.Frame] = []
        while let frame = try framer.next() { frames.append(frame) }
        return frames
    }

    private static let options = Sample.bytes(["OPTIONS sip:a@b SIP/2.0", "l: 0"])
    private static let stream = Sample.invite + Array("\r\n\r\n".utf8) + options + Array("\r\n".utf8) + Sample.invite
    private static let expected: [SIPStreamFramer.Frame] = [
        .message(Sample.invite), .ping, .message(options), .message(Sample.invite),
    ]

    @Test func `one read may hold many frames`() throws {
        var framer = SIPStreamFramer()
        framer.append(Self.stream)
        #expect(try frames(&framer) == Self.expected)
        #expect(framer.pendingBytes == 0)
    }

    @Test func `one frame may take many reads`() throws {
        var framer = SIPStreamFramer()
        var seen: [SIPStreamFramer.Frame] = []
        for byte in Self.stream {
            framer.append(CollectionOfOne(byte))
            seen += try frames(&framer)
        }
        #expect(seen == Self.expected)
    }

    @Test(arguments: UInt64(1)...200) func `where the reads are cut does not matter`(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var framer = SIPStreamFramer()
        var seen: [SIPStreamFramer.Frame] = []
        var rest = Self.stream[...]
        while !rest.isEmpty {
            let part = rest.prefix(Int.random(in: 1...300, using: &random))
            rest = rest.dropFirst(part.count)
            framer.append(part)
            seen += try frames(&framer)
        }
        #expect(seen == Self.expected)
    }

    @Test func `a single line break is a pong only where we ping`() throws {
        var opened = SIPStreamFramer(expectsPong: true)
        opened.append(Array("\r\n".utf8))
        #expect(try frames(&opened) == [.pong])
        var accepted = SIPStreamFramer()
        accepted.append(Array("\r\n".utf8))
        #expect(try frames(&accepted) == [])
        accepted.append(Array("\r\n".utf8))
        #expect(try frames(&accepted) == [.ping])
    }

    @Test func `two messages in one datagram are two messages on a stream`() throws {
        var framer = SIPStreamFramer()
        framer.append(try Fixture.bytes("rfc4475/valid/dblreq.dat"))
        let messages = try (0..<2).map { _ -> SIPMethod? in
            guard case .message(let bytes) = try framer.next() else { return nil }
            return try SIPMessage(parsing: bytes).method
        }
        #expect(messages == [.register, .invite])
    }

    @Test func `a message without Content-Length cannot be framed`() {
        var framer = SIPStreamFramer()
        framer.append(Sample.bytes(["OPTIONS sip:a@b SIP/2.0", "Via: x"]))
        #expect(throws: SIPSyntaxError.self) { try framer.next() }
    }

    @Test(arguments: ["l: x", "l: -1", "l: 99999999999999999999", "l: 1\r\nContent-Length: 2"])
    func `a length that makes no sense ends the stream`(line: String) {
        var framer = SIPStreamFramer()
        framer.append(Sample.bytes(["OPTIONS sip:a@b SIP/2.0", line]))
        #expect(throws: SIPSyntaxError.self) { try framer.next() }
    }

    @Test func `header and body have limits`() throws {
        var endless = SIPStreamFramer()
        endless.append(Array("OPTIONS sip:a@b SIP/2.0\r\nX: ".utf8))
        #expect(try endless.next() == nil)
        endless.append(repeatElement(UInt8(ascii: "x"), count: SIPLimits.headerBytesMax))
        #expect(throws: SIPSyntaxError.self) { try endless.next() }
        var large = SIPStreamFramer()
        large.append(Sample.bytes(["OPTIONS sip:a@b SIP/2.0", "l: \(SIPLimits.bodyBytesMax + 1)"]))
        #expect(throws: SIPSyntaxError.self) { try large.next() }
    }

    @Test func `a long connection does not grow its buffer`() throws {
        var framer = SIPStreamFramer()
        var rest = Array(repeatElement(Self.options, count: 500).joined())[...]
        var count = 0
        while !rest.isEmpty {
            framer.append(rest.prefix(100))
            rest = rest.dropFirst(100)
            count += try frames(&framer).count
            #expect(framer.pendingBytes <= 100)
        }
        #expect(count == 500)
    }
}
