import PBXBase
import SIPGrammar
import Testing

/// Thousands of damaged messages: each is parsed or refused, none brings us down.
@Suite struct MutationTests {
    @Test(arguments: UInt64(1)...20) func `no damage crashes the parser`(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var corpus = [Sample.invite]
        for folder in ["rfc4475/valid", "rfc4475/invalid"] {
            for name in try Fixture.names(folder).sorted() { corpus.append(try Fixture.bytes("\(folder)/\(name)")) }
        }
        var parsed = 0
        for _ in 0..<500 {
            let bytes = mutate(corpus, &random)
            if let message = try? SIPMessage(parsing: bytes) {
                parsed += 1
                readEverything(message)
                try rebuild(message)
            }
            let error = SIPSyntaxError(field: "x", offset: 0, problem: "x")
            if let reply = SIPMessage.rejection(of: bytes, because: error, toTag: "t", receivedFrom: Sample.flow) {
                _ = try SIPMessage(parsing: reply)
            }
            var framer = SIPStreamFramer()
            framer.append(bytes)
            while (try? framer.next()) != nil {}
        }
        #expect(parsed > 50, "mutations so heavy that they test the start line only")
    }

    private func mutate(_ corpus: [[UInt8]], _ random: inout SeededRandom) -> [UInt8] {
        var bytes = corpus.randomElement(using: &random) ?? []
        let pieces = [
            "\r\n", "\r\n ", ";", ",", "<", ">", "\"", "\\", "%", "@", ":", "[", "]", "=", "?", "\0", "\u{FF}",
        ]
        for _ in 0..<Int.random(in: 1...6, using: &random) where bytes.count > 8 {
            let index = Int.random(in: 0..<bytes.count - 4, using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes.remove(at: index)
            case 2: bytes.insert(contentsOf: (pieces.randomElement(using: &random) ?? "").utf8, at: index)
            case 3: bytes.removeSubrange(index..<min(index + Int.random(in: 1...40, using: &random), bytes.count))
            default:
                let other = corpus.randomElement(using: &random) ?? []
                let start = Int.random(in: 0..<other.count, using: &random)
                bytes.insert(contentsOf: other[start..<min(start + 60, other.count)], at: index)
            }
        }
        return bytes
    }

    private func readEverything(_ message: SIPMessage) {
        _ = (message.topViaBranch, message.topViaSentBy, message.fromTag, message.toTag, message.cseqNumber)
        _ = (message.reasonPhrase, message.requestURIText, message.contentType, message.expires())
        _ = try? message.validateRequest()
        _ = try? message.validateResponse()
        _ = try? message.requestURI().description
        _ = try? message.topVia().description
        for name in [SIPHeaderName.contact, .route, .recordRoute, .path, .from, .to, .referTo] {
            guard let addresses = try? message.addresses(name) else { continue }
            for address in addresses { _ = (address.description, address.expires, address.qualityThousandths) }
        }
        for (name, value) in message.allFields {
            _ = name.canonicalName
            _ = try? SIPCredentials(ascii: value).description
            _ = try? SIPChallenge(ascii: value).qopOptions
        }
    }

    /// What we write about a damaged message is itself well formed.
    private func rebuild(_ message: SIPMessage) throws {
        guard message.isRequest else { return }
        var builder = SIPMessageBuilder(responseTo: message, status: 400, toTag: "t", receivedFrom: Sample.flow)
        for (name, value) in message.allFields where name != .contentLength { builder.add(name, ascii: value) }
        if message.fields(within: 60) { _ = try SIPMessage(parsing: builder.finish()) }
    }
}

extension SIPMessage {
    /// Whether the message twice over stays below the limit of fields.
    fileprivate func fields(within limit: Int) -> Bool { allFields.count < limit }
}
