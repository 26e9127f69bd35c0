import PBXBase
import SDPGrammar
import Testing

/// Lines as people write them, to the CRLF form of the wire.
private func wire(_ text: String) -> [UInt8] {
    Array(text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n").utf8)
}

private func parse(_ text: String) throws -> SessionDescription {
    try SessionDescription(parsing: wire(text)[...])
}

private let rfcExample = """
    v=0
    o=jdoe 3724394400 3724394405 IN IP4 198.51.100.1
    s=Call to John Smith
    i=SDP Offer #1
    u=http://www.jdoe.example.com/home.html
    e=Jane Doe <jane@jdoe.example.com>
    p=+1 617 555-6011
    c=IN IP4 198.51.100.1
    b=X-YZ:128
    t=0 0
    r=7d 1h 0 25h
    k=prompt
    x=nobody has defined this
    a=tool:written by hand
    a=recvonly
    m=audio 49170/2 RTP/AVP 0 96
    a=rtpmap:96 opus/48000/2
    a=fmtp:96   useinbandfec=1; stereo=0
    a=ptime:20
    a=x-vendor:kept: as is
    m=video 51372 RTP/AVP 99
    c=IN IP6 2001:db8::2
    a=rtpmap:99 h263-1998/90000

    """

struct SessionDescriptionTests {
    @Test func readsTheParts() throws {
        let description = try parse(rfcExample)
        #expect(description.origin.username == "jdoe")
        #expect(description.origin.sessionVersion == "3724394405")
        #expect(description.sessionName.elementsEqual("Call to John Smith".utf8))
        #expect(description.connection?.ipAddress == IPAddress("198.51.100.1"))
        #expect(description.timing?.elementsEqual("0 0".utf8) == true)
        #expect(description.attributes.map(\.name) == ["tool", "recvonly"])
        #expect(description.media.map(\.kind) == ["audio", "video"])
        let audio = description.media[0]
        #expect(audio.port == 49_170)
        #expect(audio.portCount == 2)
        #expect(audio.protocolName == "RTP/AVP")
        #expect(audio.formats == ["0", "96"])
        #expect(audio.connection == nil)
        #expect(audio.rtpMaps == [SDPRTPMap(payloadType: 96, encodingName: "opus", clockRate: 48_000, channels: 2)])
        #expect(audio.formatParameters("96")?.elementsEqual("useinbandfec=1; stereo=0".utf8) == true)
        #expect(audio.formatParameters("0") == nil)
        #expect(audio.packetMilliseconds == 20)
        #expect(description.media[1].connection?.ipAddress == IPAddress("2001:db8::2"))
    }

    @Test func unknownLinesSurviveARoundTrip() throws {
        let bytes = wire(rfcExample)
        #expect(try SessionDescription(parsing: bytes[...]).serialized() == bytes)
    }

    @Test func bytesThatAreNotUTF8SurviveARoundTrip() throws {
        var bytes = wire("v=0\no=- 1 1 IN IP4 192.0.2.1\ns=")
        bytes += [0xFC, 0xE9]
        bytes += wire("\nt=0 0\na=x:")
        bytes += [0xFF, 0x80]
        bytes += wire("\n")
        #expect(try SessionDescription(parsing: bytes[...]).serialized() == bytes)
    }

    @Test func forgivesBareLineFeedsBlankLinesAndMissingLines() throws {
        let text = "v=0\no=- 1 1 IN IP4 192.0.2.1\n\nm=audio 4000 RTP/AVP 0\n\n"
        let description = try SessionDescription(parsing: Array(text.utf8)[...])
        #expect(description.media.first?.port == 4_000)
        #expect(description.timing == nil)
    }

    @Test(arguments: [
        ("", 1, "expected v=0"),
        ("v=1\n", 1, "expected v=0"),
        ("v=0\ns=-\n", 2, "expected o= after v="),
        ("v=0\no=- 1 1 IN IP4\n", 2, "o= needs user, session id, version, network type, address type and address"),
        ("v=0\no=- 1 1 IN IP4 h x\n", 2, "o= needs user, session id, version, network type, address type and address"),
        ("v=0\no=- 1 1 IN IP4 h\nhello\n", 3, "not of the form type=value"),
        ("v=0\no=- 1 1 IN IP4 h\n5=x\n", 3, "not of the form type=value"),
        ("v=0\no=- 1 1 IN IP4 h\ns=-\nt=0\u{0}\n", 4, "NUL or CR inside a line"),
        ("v=0\no=- 1 1 IN IP4 h\ns=-\no=- 1 1 IN IP4 h\n", 4, "o= stands in the wrong place"),
        ("v=0\no=- 1 1 IN IP4 h\nt=0 0\ns=-\n", 4, "s= stands in the wrong place"),
        ("v=0\no=- 1 1 IN IP4 h\ns=-\nc=IN IP4\n", 4, "c= needs network type, address type and address"),
        ("v=0\no=- 1 1 IN IP4 h\ns=-\na=:x\n", 4, "a= needs a name"),
        ("v=0\no=- 1 1 IN IP4 h\ns=-\nm=audio 1 RTP/AVP\n", 4, "m= needs at least one format"),
        ("v=0\no=- 1 1 IN IP4 h\ns=-\nm=audio\n", 4, "m= needs media, port, protocol and formats"),
        ("v=0\no=- 1 1 IN IP4 h\ns=-\nm=audio 65536 RTP/AVP 0\n", 4, "port \"65536\" is not a number up to 65535"),
        ("v=0\no=- 1 1 IN IP4 h\ns=-\nm=audio -1 RTP/AVP 0\n", 4, "port \"-1\" is not a number up to 65535"),
        ("v=0\no=- 1 1 IN IP4 h\ns=-\nm=audio 9/ RTP/AVP 0\n", 4, "port count is not a number up to 65535"),
    ])
    func saysWhatIsWrong(text: String, line: Int, problem: String) {
        #expect(throws: SDPSyntaxError(line: line, problem: problem)) { try parse(text) }
    }

    @Test func everyLimitHolds() {
        let head = "v=0\no=- 1 1 IN IP4 h\ns=-\n"
        let attributes = String(repeating: "a=x\n", count: SDPLimits.attributesMax + 1)
        let sections = String(repeating: "m=audio 1 RTP/AVP 0\n", count: SDPLimits.mediaSectionsMax + 1)
        let formats = "m=audio 1 RTP/AVP" + String(repeating: " 0", count: SDPLimits.formatsMax + 1) + "\n"
        let lines = String(repeating: "b=x\n", count: SDPLimits.linesMax)
        let bytes = "a=" + String(repeating: "x", count: SDPLimits.bytesMax)
        for (text, problem) in [
            (attributes, "more than 1024 attributes"), (sections, "more than 32 media sections"),
            (formats, "more than 128 formats in one media section"), (lines, "more than 2048 lines"),
            (bytes, "longer than 32768 bytes"),
        ] {
            let error = #expect(throws: SDPSyntaxError.self) { try parse(head + text) }
            #expect(error?.problem == problem)
        }
    }
}

struct SDPAttributeTests {
    @Test(arguments: [
        ("0 PCMU/8000", SDPRTPMap(payloadType: 0, encodingName: "PCMU", clockRate: 8_000)),
        ("111 opus/48000/2", SDPRTPMap(payloadType: 111, encodingName: "opus", clockRate: 48_000, channels: 2)),
        ("  9  G722/8000  ", SDPRTPMap(payloadType: 9, encodingName: "G722", clockRate: 8_000)),
        ("128 PCMU/8000", nil), ("0", nil), ("0 PCMU", nil), ("0 /8000", nil), ("0 PCMU/", nil), ("0 PCMU/0", nil),
        ("0 PCMU/8000/0", nil), ("0 PCMU/8000/x", nil), ("0 PCMU/99999999999999999999", nil), ("", nil),
    ])
    func readsRTPMap(text: String, expected: SDPRTPMap?) {
        #expect(SDPRTPMap(parsing: Array(text.utf8)[...]) == expected)
    }

    @Test func readsRTCPAddress() {
        let parse = { (text: String) in SDPRTCPAddress(parsing: Array(text.utf8)[...]) }
        #expect(parse("53020")?.port == 53_020)
        #expect(parse("53020")?.connection == nil)
        #expect(parse("53020 IN IP6 2001:db8::1")?.connection?.ipAddress == IPAddress("2001:db8::1"))
        #expect(parse("65536") == nil)
        #expect(parse("53020 IN") == nil)
    }

    @Test(arguments: [
        ("20", 20), ("30 ", 30), ("0.125", nil), ("2.5", 2), ("0", nil), ("-1", nil), ("9999", nil), ("", nil),
    ])
    func readsPacketTime(text: String, expected: Int?) {
        let section = MediaSection(
            kind: "audio", port: 1, protocolName: "RTP/AVP", formats: ["0"],
            lines: [.attribute(SDPAttribute("ptime", text))])
        #expect(section.packetMilliseconds == expected)
    }

    @Test func hostNamesAndGroupsAreNoAddresses() {
        #expect(SDPConnection(addressType: "IP4", address: "pbx.example.com").ipAddress == nil)
        #expect(SDPConnection(addressType: "IP4", address: "224.2.36.42/127").ipAddress == nil)
        #expect(SDPConnection(networkType: "ATM", addressType: "NSAP", address: "192.0.2.1").ipAddress == nil)
        #expect(SDPConnection(addressType: "IP6", address: "::1").ipAddress == .ipv6Loopback)
    }
}

struct SDPFuzzTests {
    /// Whatever a mutated body does, it neither traps nor grows; and what still parses serialises to something that
    /// parses to the same value.
    @Test(arguments: 0..<8) func mutatedBodiesNeverTrap(seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed))
        let original = wire(rfcExample)
        for _ in 0..<500 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...8, using: &random) where !bytes.isEmpty {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: index)
                case 2: bytes.insert(UInt8.random(in: 0...127, using: &random), at: index)
                default: bytes.removeSubrange(index..<min(bytes.count, index + 20))
                }
            }
            guard let description = try? SessionDescription(parsing: bytes[...]) else { continue }
            _ = description.media.map { ($0.rtpMaps, $0.packetMilliseconds, $0.rtcpAddress, $0.formatParameters("96")) }
            let again = try SessionDescription(parsing: description.serialized()[...])
            #expect(again == description, "seed \(seed)")
        }
    }
}
