import PBXBase
import RTPGrammar
import Testing

struct STUNMessageTests {
    /// RFC 5769 §2.1.
    private static let request = bytes(
        """
        00010058 2112a442 b7e7a701 bc34d686 fa87dfae 80220010 5354554e 20746573 7420636c 69656e74 00240004 6e0001ff
        80290008 932ff9b1 51263b36 00060009 6576746a 3a683676 59202020 00080014 9aeaa70c bfd8cb56 781ef2b5 b2d3f249
        c1b571a2 80280004 e57a3bcf
        """)

    @Test func readsTheRequestOfTheStandard() throws {
        let message = try STUNMessage(Self.request.span)
        #expect(message.kind == .request)
        #expect(message.method == STUNMessage.bindingMethod)
        #expect(message.transaction == STUNTransactionID(high: 0xB7E7_A701, low: 0xBC34_D686_FA87_DFAE))
        #expect(message.priority == 0x6E00_01FF)
        #expect(message.controlledTieBreaker == 0x932F_F9B1_5126_3B36)
        #expect(message.controllingTieBreaker == nil)
        let username = try #require(message.username)
        #expect(String(decoding: Self.request[username], as: UTF8.self) == "evtj:h6vY")
        #expect(message.integrityStart == Self.request.count - 32)
        #expect(hasRightFingerprint(message, Self.request))
        #expect(message.unknownAttribute == nil)
    }

    /// RFC 5769 §2.2 and §2.3.
    @Test(arguments: [
        (
            """
            0101003c 2112a442 b7e7a701 bc34d686 fa87dfae 8022000b 74657374 20766563 746f7220 00200008 0001a147 e112a643
            00080014 2b91f599 fd9e90c3 8c7489f9 2af9ba53 f06be7d7 80280004 c07d4c96
            """, "192.0.2.1"
        ),
        (
            """
            01010048 2112a442 b7e7a701 bc34d686 fa87dfae 8022000b 74657374 20766563 746f7220 00200014 0002a147 0113a9fa
            a5d3f179 bc25f4b5 bed2b9d9 00080014 a382954e 4be67bf1 1784c97c 8292c275 bfe3ed41 80280004 c8fb0b4c
            """, "2001:db8:1234:5678:11:2233:4455:6677"
        ),
    ])
    func readsTheResponsesOfTheStandard(text: String, address: String) throws {
        let response = bytes(text)
        let message = try STUNMessage(response.span)
        #expect(message.kind == .success)
        #expect(message.mappedAddress == Endpoint(try #require(IPAddress(address)), port: 32_853))
        #expect(hasRightFingerprint(message, response))
    }

    @Test(arguments: [
        Endpoint(IPAddress(ipv4: 0xC000_0201), port: 32_853),
        Endpoint(IPAddress(ipv6High: 0x2001_0DB8_1234_5678, low: 0x11_2233_4455_6677), port: 1),
    ])
    func whatIsWrittenIsRead(source: Endpoint) throws {
        var buffer = [UInt8](repeating: 0xEE, count: STUNWriter.bytesMax)
        let transaction = STUNTransactionID(high: 0xFFEE_DDCC, low: 0x0102_0304_0506_0708)
        let count = Self.write(into: &buffer) { bytes in
            var writer = STUNWriter(.failure, transaction: transaction, into: &bytes)
            writer.appendXORMappedAddress(source, into: &bytes)
            writer.appendErrorCode(487, into: &bytes)
            writer.appendUnknownAttribute(0x7777, into: &bytes)
            _ = writer.appendMessageIntegrity(into: &bytes)
            writer.appendFingerprint(into: &bytes)
            return writer.count
        }
        let message = try STUNMessage(Array(buffer.prefix(count)).span)
        #expect(message.kind == .failure)
        #expect(message.method == STUNMessage.bindingMethod)
        #expect(message.transaction == transaction)
        #expect(message.mappedAddress == source)
        #expect(message.errorCode == 487)
        #expect(hasRightFingerprint(message, Array(buffer.prefix(count))))
        #expect(count < STUNWriter.bytesMax)
    }

    @Test func theLongestMessageFits() {
        var buffer = [UInt8](repeating: 0, count: STUNWriter.bytesMax)
        let count = Self.write(into: &buffer) { bytes in
            var writer = STUNWriter(.failure, transaction: .init(high: 0, low: 0), into: &bytes)
            writer.appendXORMappedAddress(Endpoint(.ipv6Loopback, port: 1), into: &bytes)
            writer.appendErrorCode(420, into: &bytes)
            writer.appendUnknownAttribute(1, into: &bytes)
            _ = writer.appendMessageIntegrity(into: &bytes)
            writer.appendFingerprint(into: &bytes)
            return writer.count
        }
        #expect(count == 20 + 24 + 8 + 8 + 24 + 8)
    }

    @Test func otherBytesAreRefused() {
        #expect(throws: STUNSyntaxError.wrongLength) { try STUNMessage([UInt8]().span) }
        for count in 0..<Self.request.count {
            #expect(throws: STUNSyntaxError.self) { try STUNMessage(Array(Self.request.prefix(count)).span) }
        }
        var wrongCookie = Self.request
        wrongCookie[4] = 0x20
        #expect(throws: STUNSyntaxError.notSTUN) { try STUNMessage(wrongCookie.span) }
        var tooLong = Self.request
        // SOFTWARE claims to go on beyond the end.
        tooLong[22] = 0xFF
        #expect(throws: STUNSyntaxError.malformedAttribute(type: 0x8022)) { try STUNMessage(tooLong.span) }
    }

    @Test func noBytesCrashTheReader() {
        var random = SeededRandom(seed: 2)
        for _ in 0..<20_000 {
            var damaged = Self.request
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                damaged[Int.random(in: 20..<damaged.count, using: &random)] = UInt8(truncatingIfNeeded: random.next())
            }
            if let message = try? STUNMessage(damaged.span) {
                #expect(message.username.map { $0.upperBound <= damaged.count } ?? true)
                #expect(message.integrityStart.map { $0 + 24 <= damaged.count } ?? true)
            }
        }
    }

    /// RFC 5389 §15.4: what comes after the tag is not covered by it.
    @Test func attributesBehindTheTagAreNotBelieved() throws {
        var buffer = [UInt8](repeating: 0, count: STUNWriter.bytesMax)
        let count = Self.write(into: &buffer) { bytes in
            var writer = STUNWriter(.request, transaction: .init(high: 0, low: 0), into: &bytes)
            _ = writer.appendMessageIntegrity(into: &bytes)
            writer.appendUseCandidate(into: &bytes)
            writer.appendFingerprint(into: &bytes)
            return writer.count
        }
        let message = try STUNMessage(Array(buffer.prefix(count)).span)
        #expect(!message.usesCandidate)
        #expect(message.fingerprintStart != nil)
    }

    private static func write(into buffer: inout [UInt8], _ body: (inout MutableSpan<UInt8>) -> Int) -> Int {
        var bytes = buffer.mutableSpan
        return body(&bytes)
    }
}

private func bytes(_ hexadecimal: String) -> [UInt8] {
    let digits = hexadecimal.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

struct DatagramKindTests {
    /// RFC 7983 §7.
    @Test(
        arguments: [
            (0, 1, DatagramKind.stun), (3, 0, .stun), (4, 0, .unknown), (16, 0, .unknown), (20, 0xFE, .dtls),
            (63, 0xFE, .dtls), (64, 0, .unknown), (79, 0, .unknown), (127, 0, .unknown), (128, 0, .rtp),
            (0x80, 200, .rtcp),
            (0x80, 0x88, .rtp), (0x81, 223, .rtcp), (191, 224, .rtp), (192, 0, .unknown), (255, 0, .unknown),
        ] as [(UInt8, UInt8, DatagramKind)])
    func firstBytesTell(first: UInt8, second: UInt8, kind: DatagramKind) {
        #expect(DatagramKind(firstByte: first, secondByte: second) == kind)
    }
}

/// `#expect` takes no spans.
private func hasRightFingerprint(_ message: STUNMessage, _ bytes: [UInt8]) -> Bool {
    STUNFingerprint.isRight(message, in: bytes.span)
}
