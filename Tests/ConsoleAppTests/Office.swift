import ConsoleApp
import ControlProtocol
import PBXBase
import PBXModel
import TerminalUI

/// A console in a made-up company, fed by events as the real one is.
struct Office {
    /// 2026-11-23 13:05:09 UTC.
    static let noon = WallTime(microseconds: 1_795_439_109_000_000)

    private(set) var state: ConsoleState
    private(set) var effects: [ConsoleEffect] = []

    init(
        _ width: Int = 80, _ height: Int = 24, language: Language = .english, own: String? = "101",
        keyChanges: [KeyChange] = []
    ) throws {
        state = try ConsoleState(
            size: Size(width: width, height: height), now: Now(instant: .zero, wall: Self.noon),
            format: LocalFormat(habit: language == .german ? .german : .british), language: language, ownNumber: own,
            keyChanges: keyChanges)
    }

    /// Connected, with a directory, a few phones and no calls.
    static func open(
        _ width: Int = 80, _ height: Int = 24, language: Language = .english, own: String? = "101",
        keyChanges: [KeyChange] = []
    ) throws -> Office {
        var office = try Office(width, height, language: language, own: own, keyChanges: keyChanges)
        office.connect()
        return office
    }

    mutating func connect(calls: [CallSnapshot] = []) {
        let peer = ControlPeer(name: "ada", role: .supervisor)
        take(.link(.connected(HelloCommand.Reply(name: "pbxd", version: "0.1.0", peer: peer))))
        take(
            .snapshot(
                SubscribeCommand.Reply(
                    seq: 1, topics: Topic.allCases, calls: calls, registrations: Self.phones)))
        take(.directoryListed(Self.directory))
        take(.parkingSlotsListed(["701", "702", "703", "704"]))
        take(.recordsListed([]))
    }

    mutating func take(_ event: ConsoleEvent) { effects += Console.update(&state, event) }

    /// Keys by name, or characters one by one.
    mutating func press(_ keys: String...) {
        for name in keys { if let key = KeyEvent(name) { take(.key(key)) } }
    }

    mutating func type(_ text: String) {
        for character in text { take(.key(KeyEvent(character))) }
    }

    mutating func pass(seconds: Int) {
        take(.ticked(Now(instant: state.now.instant + .seconds(seconds), wall: state.now.wall + .seconds(seconds))))
    }

    /// What was asked of the runner since the last look.
    mutating func asked() -> [ConsoleEffect] {
        defer { effects = [] }
        return effects
    }

    func screen() -> Canvas {
        var canvas = Canvas(state.size)
        Console.render(state, into: &canvas)
        return canvas
    }

    /// Six calls of all kinds, and four more.
    mutating func getBusy() {
        take(
            .callChanged(
                Self.call(1, "0301234567", "Frau Dr. Annegret Müller-Lüdenscheidt", "101", .ringing, 7), .callRinging))
        take(.callChanged(Self.call(2, "104", "Dora Dietrich", "101", .active, 125), .callAnswered))
        take(.callChanged(Self.call(3, "101", "Anna Ahrens", "107", .held, 61), .callUpdated))
        take(.callChanged(Self.call(4, "+4989998877", "", "101", .new, 1), .callCreated))
        take(.callChanged(Self.call(5, "漢字株式会社", "漢字", "101", .ringing, 3), .callRinging))
        take(.callChanged(Self.call(6, "101", "Anna Ahrens", "110", .ringing, 12), .callRinging))
        take(.callChanged(Self.call(7, "112", "Lars Lindner", "101", .ringing, 2), .callRinging))
        take(.callChanged(Self.call(8, "113", "Mia Martens", "114", .active, 4_000), .callAnswered))
        take(.callChanged(Self.parked(9, "103", "Çelik, Cem", at: "701", by: "102", for: 65), .callUpdated))
        take(.callChanged(Self.parked(10, "0301112222", "", at: "703", by: "101", for: 5), .callUpdated))
        for number in 0..<4 { take(.callEnded(Self.record(number, of: 0x100 + number))) }
    }

    static let names = [
        "Anna Ahrens", "Björn Bär", "Çelik, Cem", "Dora Dietrich", "Éva Łoś", "Fritz Müller", "Gerda Groß",
        "Hanna Öztürk",
        "Ingo Iversen", "Jana Jäger", "Karl Klein", "Lars Lindner", "Mia Martens", "Nils Nowak", "Olga Otto",
    ]

    static let directory: [DirectoryEntry] =
        names.enumerated().map { index, name in DirectoryEntry(number: "\(101 + index)", name: name) } + [
            DirectoryEntry(number: "500", name: "Everybody", kind: .ringGroup)
        ]

    static let phones: [RegistrationSnapshot] = (101...110).map { number in
        RegistrationSnapshot(
            number: "\(number)", contact: "sip:\(number)@192.0.2.\(number)", transport: "udp",
            source: "192.0.2.\(number):5060", expiresAt: "2026-11-23T13:30:00.000Z", userAgent: "baresip v1.0.0")
    }

    static func identity(_ number: Int) -> String { "0199aa30-6cc5-7bd2-9c1f-00000000000\(String(number, radix: 16))" }

    static func parked(
        _ number: Int, _ from: String, _ name: String, at slot: String, by: String, for seconds: Int
    ) -> CallSnapshot {
        var call = call(number, from, name, "500", .held, seconds + 30)
        call.parkedAt = slot
        call.parkedSince = WallTime(microseconds: noon.microseconds - Int64(seconds) * 1_000_000).rfc3339
        call.handedOverBy = by
        call.legs.removeLast()
        return call
    }

    static func call(
        _ number: Int, _ from: String, _ name: String, _ to: String, _ state: CallSnapshot.State, _ seconds: Int
    ) -> CallSnapshot {
        let began = WallTime(microseconds: noon.microseconds - Int64(seconds) * 1_000_000).rfc3339
        let isAnswered = state == .active || state == .held
        return CallSnapshot(
            callId: identity(number), direction: .internalCall, state: state, from: from, fromName: name, to: to,
            answeredBy: isAnswered ? to : nil, startedAt: began, ringingAt: began, answeredAt: isAnswered ? began : nil,
            legs: [
                LegSnapshot(
                    role: .caller, number: from, peer: "udp 192.0.2.7:5060", sipCallId: "a", state: "established"),
                LegSnapshot(
                    role: .callee, number: to, peer: "udp 192.0.2.8:5060", sipCallId: "b",
                    state: isAnswered ? "established" : state == .new ? "calling" : "ringing", codec: "PCMA"),
            ])
    }

    /// The record of a call, by default of the one with the same number.
    static func record(_ number: Int, of call: Int? = nil) -> CallRecordReport {
        var record = CallRecord(
            id: CallID(high: 0x0199_aa30_6cc5_7bd2, low: 0x9c1f_0000_0000_0000 + UInt64(call ?? number)),
            direction: .internalCall, callerNumber: "10\(number + 3)", callerName: names[number + 2],
            calledNumber: number == 1 ? "500" : "101", sipCallID: "x",
            startedAt: WallTime(microseconds: noon.microseconds - Int64(number + 1) * 40_000_000_000))
        record.endedAt = record.startedAt + .seconds(75 * (number + 1))
        if number.isMultiple(of: 2) {
            record.answeredBy = "101"
            record.answeredAt = record.startedAt + .seconds(5)
        }
        record.cause = [.normal, .cancelled, .normal, .busy][number % 4]
        return CallRecordReport(record)
    }
}
