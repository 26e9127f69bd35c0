import MediaControl
import PBXBase
import SDPNegotiation
import Testing

/// Both legs of a call as call control joins them: each exchange read, checked, passed on and mapped.
private struct Bridge {
    var caller = LocalSession(id: 1, address: .ipv4Loopback)
    var callee = LocalSession(id: 2, address: .ipv4Loopback)
    let callerPort = Endpoint(.ipv4Loopback, port: 16_384)
    let calleePort = Endpoint(.ipv4Loopback, port: 16_386)
    let policy = CodecPolicy(names: ["opus", "PCMA", "PCMU", "*"])

    /// A's offer becomes ours to B.
    mutating func passOffer(_ offer: MediaDescription) throws -> MediaDescription {
        let body = callee.offer(
            formats: policy.filtered(offer.formats), address: calleePort, rtcp: nil,
            direction: offer.effectiveDirection, ptime: offer.ptimeMilliseconds)
        return try SDPReader.read(body[...])
    }

    /// B's answer becomes ours to A.
    mutating func passAnswer(_ answer: MediaDescription, to offer: MediaDescription) throws -> MediaDescription {
        let body = caller.answer(
            to: offer, formats: try callee.formats(acceptedBy: answer), address: callerPort, rtcp: nil,
            direction: answer.effectiveDirection, ptime: answer.ptimeMilliseconds)
        return try SDPReader.read(body[...])
    }
}

private func described(_ port: UInt16, _ formats: [MediaFormat], direction: MediaDirection = .sendrecv)
    -> MediaDescription
{
    MediaDescription(remote: Endpoint(.ipv4Loopback, port: port), direction: direction, formats: formats)
}

private func opus(_ number: UInt8) -> MediaFormat {
    MediaFormat(payloadType: number, name: "opus", clockRate: 48_000, channels: 2)
}

private func events(_ number: UInt8) -> MediaFormat {
    MediaFormat(payloadType: number, name: "telephone-event", clockRate: 8_000)
}

private let pcma = MediaFormat(payloadType: 8, name: "PCMA", clockRate: 8_000)
private let pcmu = MediaFormat(payloadType: 0, name: "PCMU", clockRate: 8_000)

private func mapping(_ pairs: (UInt8, UInt8)...) -> [MediaPlan.PayloadTypeMapping] {
    pairs.map { MediaPlan.PayloadTypeMapping(received: $0.0, forwarded: $0.1) }
}

struct BackToBackTests {
    @Test func eachPeerSendsWithTheNumbersThatWeToldIt() throws {
        var bridge = Bridge()
        let offerOfA = described(5_000, [pcmu, opus(111), pcma, events(126)])
        let ourOffer = try bridge.passOffer(offerOfA)
        #expect(ourOffer.formats.map(\.payloadType) == [111, 8, 0, 126])

        // B understands the offer, but wants to receive Opus as 96 and events as 101.
        let answerOfB = described(6_000, [opus(96), pcma, events(101)])
        let ourAnswer = try bridge.passAnswer(answerOfB, to: offerOfA)
        #expect(ourAnswer.formats.map(\.payloadType) == [111, 8, 126])

        let fromA = PayloadTypeMap.mapping(from: bridge.caller.formats, to: answerOfB.formats)
        #expect(fromA == mapping((111, 96), (8, 8), (126, 101)))
        let fromB = PayloadTypeMap.mapping(from: bridge.callee.formats, to: offerOfA.formats)
        #expect(fromB == mapping((111, 111), (8, 8), (0, 0), (126, 126)))
    }

    @Test func delayedOffer() throws {
        // The INVITE had no body; B offers in its 200, which we pass to A in ours; A answers in its ACK.
        var bridge = Bridge()
        let offerOfB = described(6_000, [opus(107), pcma])
        let toA = bridge.caller.offer(
            formats: offerOfB.formats, address: bridge.callerPort, rtcp: nil, direction: offerOfB.direction, ptime: nil)
        #expect(try SDPReader.read(toA[...]).formats.map(\.payloadType) == [107, 8])
        let answerOfA = described(5_000, [opus(96)])
        let accepted = try bridge.caller.formats(acceptedBy: answerOfA)
        let toB = bridge.callee.answer(
            to: offerOfB, formats: accepted, address: bridge.calleePort, rtcp: nil, direction: answerOfA.direction)
        #expect(try SDPReader.read(toB[...]).formats.map(\.payloadType) == [107])
        #expect(
            PayloadTypeMap.mapping(from: bridge.caller.formats, to: offerOfB.formats) == mapping((107, 107), (8, 8)))
        #expect(PayloadTypeMap.mapping(from: bridge.callee.formats, to: answerOfA.formats) == mapping((107, 96)))
    }

    @Test func holdAndResumePassThrough() throws {
        var bridge = Bridge()
        let talking = described(5_000, [pcma])
        _ = try bridge.passOffer(talking)
        _ = try bridge.passAnswer(described(6_000, [pcma]), to: talking)

        let hold = described(5_000, [pcma], direction: .sendonly)
        #expect(try bridge.passOffer(hold).direction == .sendonly)
        let held = try bridge.passAnswer(described(6_000, [pcma], direction: .recvonly), to: hold)
        #expect(held.direction == .recvonly)

        #expect(try bridge.passOffer(talking).direction == .sendrecv)
        #expect(try bridge.passAnswer(described(6_000, [pcma]), to: talking).direction == .sendrecv)
        #expect(bridge.callee.version == 3)
    }

    @Test func oldHoldBecomesNewHold() throws {
        var bridge = Bridge()
        let hold = MediaDescription(remote: nil, formats: [pcma], hasUnspecifiedAddress: true)
        let toB = try bridge.passOffer(hold)
        #expect(toB.direction == .sendonly)
        #expect(toB.remote == bridge.calleePort)
    }

    @Test func codecChangeByReinviteOfTheCallee() throws {
        var bridge = Bridge()
        let offerOfA = described(5_000, [opus(96), pcma, events(97)])
        _ = try bridge.passOffer(offerOfA)
        let answerOfB = described(6_000, [opus(96), events(97)])
        _ = try bridge.passAnswer(answerOfB, to: offerOfA)

        // B re-INVITEs with numbers that clash with what A knows: 96 for events, 120 for Opus.
        let offerOfB = described(6_000, [pcma, opus(120), events(96)])
        let toA = bridge.caller.offer(
            formats: offerOfB.formats, address: bridge.callerPort, rtcp: nil, direction: .sendrecv, ptime: nil)
        #expect(try SDPReader.read(toA[...]).formats.map(\.payloadType) == [8, 96, 97])
        let answerOfA = described(5_000, [pcma, events(97)])
        let accepted = try bridge.caller.formats(acceptedBy: answerOfA)
        _ = bridge.callee.answer(
            to: offerOfB, formats: accepted, address: bridge.calleePort, rtcp: nil, direction: .sendrecv)
        #expect(PayloadTypeMap.mapping(from: bridge.callee.formats, to: answerOfA.formats) == mapping((8, 8), (96, 97)))
        #expect(
            PayloadTypeMap.mapping(from: bridge.caller.formats, to: offerOfB.formats)
                == mapping((8, 8), (96, 120), (97, 96)))
    }

    @Test func twoPackingsOfOneCodecStayApart() {
        let left = (1...2).map {
            MediaFormat(payloadType: 95 + UInt8($0), name: "iLBC", clockRate: 8_000, parameters: "mode=\($0)0")
        }
        let right = left.reversed().map { format in
            var renumbered = format
            renumbered.payloadType += 10
            return renumbered
        }
        #expect(PayloadTypeMap.mapping(from: left, to: right) == mapping((96, 106), (97, 107)))
    }
}
