import ControlProtocol
import FoundationEssentials
import PBXBase
import PBXModel
import Testing

/// The JSON that stands on the wire, as product.md fixes it.
struct WireFormTests {
    private func json(_ value: some Encodable) throws -> JSONValue {
        try JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode(value))
    }

    private let call = CallSnapshot(
        callId: "c1", direction: .inbound, state: .new, from: "+49301234567", fromName: "Ada", to: "100",
        answeredBy: nil, startedAt: "2026-01-12T10:00:00.123Z", ringingAt: nil, answeredAt: nil, legs: [])

    private let time = WallTime(microseconds: 1_768_212_000_123_000)

    @Test func requestAndReply() throws {
        #expect(
            try json(ControlRequest(id: .integer(7), HangUpCommand(callId: "c1")))
                == ["id": 7, "command": "hangUp", "params": ["callId": "c1"]])
        #expect(try json(ControlRequest(id: .text("x"), StatusCommand())) == ["id": "x", "command": "status"])
        #expect(try json(ControlReply(id: .integer(7), result: Done())) == ["id": 7, "result": [:]])
        #expect(
            try json(ControlReply(id: nil, failure: ControlFailure(.noSuchCall, "no call", hint: "list them")))
                == ["id": .null, "error": ["code": "no_such_call", "message": "no call", "hint": "list them"]])
    }

    @Test func optionalParametersThatAreUnsetAreNotSentAsValues() throws {
        let sent = try json(ControlRequest(id: .integer(1), ListRecordsCommand()))
        let accepted = try CommandCatalogue.accept(sent, role: .admin)
        #expect(accepted.parameters.values == ["limit": 20])
    }

    @Test func everyEventHasTypeTimeNumberAndData() throws {
        let envelope = ControlEventEnvelope(seq: 4711, timestamp: time, event: .callCreated(call))
        let event = try json(envelope)
        #expect(event["type"] == "CALL_CREATED")
        #expect(event["timestamp"] == "2026-01-12T10:00:00.123Z")
        #expect(event["seq"] == 4711)
        #expect(event["data"]?["from"] == "+49301234567")
        #expect(event["data"]?["direction"] == "inbound")
    }

    @Test func aRemovedRegistrationKeepsItsFieldsBesideTheReason() throws {
        let registration = RegistrationSnapshot(
            number: "101", contact: "sip:101@192.0.2.1", transport: "udp", source: "192.0.2.1:5060",
            expiresAt: "2026-01-12T10:00:00.123Z", userAgent: "desk")
        let event = ControlEvent.registrationRemoved(registration, reason: "expired")
        let data = try json(ControlEventEnvelope(seq: 1, timestamp: time, event: event))["data"]
        #expect(data?["number"] == "101")
        #expect(data?["reason"] == "expired")
    }

    @Test func aRecordShowsItsLengths() throws {
        var record = CallRecord(
            id: CallID(high: 1, low: 2), direction: .internalCall, callerNumber: "101", callerName: "Ada",
            calledNumber: "102", sipCallID: "x@y", startedAt: time)
        #expect(CallRecordReport(record).talkSeconds == nil)
        record.answeredAt = time + .milliseconds(2_600)
        record.endedAt = time + .seconds(44)
        record.cause = .normal
        let report = CallRecordReport(record)
        #expect(report.waitSeconds == 3)
        #expect(report.talkSeconds == 41)
        #expect(report.causeText == "ended normally")
        record.answeredAt = nil
        #expect(CallRecordReport(record).talkSeconds == 0)
        #expect(CallRecordReport(record).waitSeconds == 44)
    }

    static let values: [(String, JSONValue)] = [
        ("null", .null), ("true", true), ("12", 12), ("1", 1), ("0", 0), ("-1.5", .number(-1.5)), (#""a""#, "a"),
        (#"[1,"x",{}]"#, [1, "x", [:]]), (#"{"a":{"b":[false]}}"#, ["a": ["b": [false]]]),
        ("18446744073709551616", .number(18_446_744_073_709_551_616)),
    ]

    @Test(arguments: values)
    func valuesSurviveARoundTrip(text: String, value: JSONValue) throws {
        #expect(try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)) == value)
        #expect(try json(value) == value)
    }

    @Test func theEventCatalogueHasOneRowPerType() {
        #expect(EventCatalogue.rows.map(\.type) == EventType.allCases)
        #expect(Set(EventCatalogue.rows.compactMap(\.topic)) == Set(Topic.allCases))
    }
}
