import MediaControl
import SDPNegotiation
import Testing

private func format(_ number: UInt8, _ name: String, _ clockRate: Int = 8_000, _ channels: Int = 1) -> MediaFormat {
    MediaFormat(payloadType: number, name: name, clockRate: clockRate, channels: channels)
}

private let pcma = format(8, "PCMA")
private let pcmu = format(0, "PCMU")
private let g722 = format(9, "G722")
private let g729 = format(18, "G729")
private let opus = format(111, "opus", 48_000, 2)
private let events = format(101, "telephone-event")
private let bridge = CodecBridge(names: ["opus", "G722", "PCMA", "PCMU", "*"])

private func names(_ formats: [MediaFormat]?) -> String {
    (formats ?? []).map { $0.isTelephoneEvent ? "event/\($0.clockRate)" : $0.name }.joined(separator: " ")
}

struct CodecBridgeTests {
    @Test func whatTheCallerHasComesFirstAndWhatWeCanTranscodeBehind() {
        #expect(names(bridge.offer(passing: [pcma, events])) == "PCMA opus G722 PCMU event/8000 event/48000")
        #expect(names(bridge.offer(passing: [opus, pcma])) == "opus PCMA G722 PCMU event/8000 event/48000")
    }

    @Test func onlyWhatThePolicyNamesIsAdded() {
        #expect(names(CodecBridge(names: ["PCMA", "*"]).offer(passing: [pcmu])) == "PCMU PCMA event/8000")
        #expect(names(CodecBridge(names: ["GSM", "PCMU"]).offer) == "GSM PCMU event/8000")
    }

    @Test func aCallerThatCannotBeTranscodedIsPassedOnAsItIs() {
        #expect(bridge.offer(passing: [g729, events]) == [g729, events])
    }

    @Test(arguments: [
        ([pcma, pcmu, events], [pcmu, events], "PCMU event/8000"),
        ([pcma, events], [g722, events], "PCMA event/8000"),
        // The callee sends what it put first: the caller could not hear it.
        ([pcma], [g722, pcma], "PCMA"),
        // The other side knows no events; they are converted.
        ([pcma, events], [pcma], "PCMA event/8000"),
        ([g729, pcma], [g729], "G729"),
        ([g729, pcma], [g722], "PCMA"),
        ([g729], [g722], ""),
    ])
    func answers(offered: [MediaFormat], accepted: [MediaFormat], answer: String) {
        #expect(names(bridge.answer(to: offered, accepted: accepted)) == answer)
    }

    @Test func anOfferToUsIsAnsweredWithWhatWeCanDecode() {
        #expect(names(bridge.answer(to: [g729, opus, pcma, events])) == "opus PCMA event/8000")
        #expect(bridge.answer(to: [g729]) == nil)
    }
}
