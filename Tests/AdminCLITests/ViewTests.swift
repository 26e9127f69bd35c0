import AdminCLI
import ControlProtocol
import ControlSocket
import FoundationEssentials
import PBXBase
import PBXModel
import Testing

struct ViewTests {
    private let context = ViewContext.berlin

    private let call = CallSnapshot(
        callId: "0199aa30-6cc5-7bd2-9c1f-3a4e5d6c7b8a", direction: .internalCall, state: .active, from: "101",
        fromName: "Ada Lovelace", to: "500", answeredBy: "102", startedAt: "2026-01-12T09:58:00.000Z",
        ringingAt: "2026-01-12T09:58:01.000Z", answeredAt: "2026-01-12T09:58:30.000Z",
        legs: [
            LegSnapshot(
                role: .caller, number: "101", peer: "udp 192.0.2.7:5060", sipCallId: "a@x", state: "active",
                codec: "PCMA", media: "192.0.2.7:4000"),
            LegSnapshot(role: .callee, number: "102", peer: "tcp 192.0.2.8:5061", sipCallId: "b", state: "active"),
        ])

    private var record: CallRecordReport {
        var record = CallRecord(
            id: CallID(high: 1, low: 2), direction: .internalCall, callerNumber: "101", callerName: "Ada Lovelace",
            calledNumber: "102", sipCallID: "a@x", startedAt: context.now,
            routeSteps: [#"102 is extension "Bob" (conf.d/desk.toml:3:1)"#])
        record.answeredAt = context.now + .seconds(4)
        record.answeredBy = "102"
        record.endedAt = context.now + .seconds(70)
        record.endedBy = .callee
        record.cause = .normal
        record.callerMedia = MediaFigures(
            codec: "PCMA", packetsReceived: 3_300, packetsSent: 3_299, packetsLost: 1, packetsDropped: 0,
            jitterMicroseconds: 2_400)
        return CallRecordReport(record)
    }

    @Test func status() {
        let report = StatusReport(
            version: "0.1.0", pid: 4_711, startedAt: "2026-01-12T07:47:00.000Z", uptimeSeconds: 7_980, isDemo: true,
            logLevel: "info", configuration: "demo", configurationLoadedAt: "2026-01-12T07:47:00.000Z",
            extensions: 21, calls: 2, callsMax: 2_000, callsTotal: 17, registrations: 14, registrationsMax: 20_000,
            transactions: 3,
            listeners: [
                StatusReport.Listener(transport: "udp", address: "127.0.0.1:5060"),
                StatusReport.Listener(transport: "tcp", address: "127.0.0.1:5060"),
            ], mediaPortsFree: 8_188, mediaPorts: 8_192, recordBacklog: 0, rssBytes: 33_554_432)
        #expect(
            StatusView.text(report, context) == """
                pbxd 0.1.0 (demo), pid 4711, up 2 h 13 min
                  configuration  demo, loaded 08:47:00, 21 numbers
                  calls          2 up of at most 2000, 17 since the start
                  registrations  14 of at most 20000
                  transactions   3
                  media ports    8188 of 8192 free
                  call records   all durable
                  memory         32 MiB
                  log level      info
                  listening      udp 127.0.0.1:5060
                                 tcp 127.0.0.1:5060

                """)
    }

    @Test func calls() {
        #expect(
            CallsView.text([call], context) == """
                CALL                                  STATE   FROM              TO   ANSWERED BY         FOR  CODEC
                0199aa30-6cc5-7bd2-9c1f-3a4e5d6c7b8a  active  101 Ada Lovelace  500  102          1 min 30 s  PCMA

                """)
        #expect(CallsView.text([], context) == "no calls\n")
    }

    @Test func whatUsersSetAndWhoIsFound() {
        let settings = UserSettings(number: "101", doNotDisturb: true, forwardsTo: "103", presence: "at lunch")
        #expect(
            UserSettingsView.text(settings, context) == "101: do not disturb, calls go to 103, \"at lunch\"\n")
        #expect(UserSettingsView.text(UserSettings(number: "101"), context) == "101: nothing is set\n")
        let found = [
            DirectoryEntry(number: "101", name: "Anna Berg", department: "Sales"),
            DirectoryEntry(number: "+4930", name: "Theo Brandt", kind: .contact, company: "Hafenwerke"),
        ]
        #expect(
            DirectoryView.text(SearchDirectoryCommand.Reply(entries: found, count: 7), context) == """
                NUMBER  NAME         DEPARTMENT  COMPANY     KIND
                101     Anna Berg    Sales                   extension
                +4930   Theo Brandt              Hafenwerke  contact
                and 5 more

                """)
        #expect(DirectoryView.text(SearchDirectoryCommand.Reply(entries: [], count: 0), context) == "nobody found\n")
    }

    @Test func oneCall() {
        #expect(
            CallView.text(ShowCallCommand.Reply(call: call, record: nil), context) == """
                call          0199aa30-6cc5-7bd2-9c1f-3a4e5d6c7b8a
                state         active
                from          101 Ada Lovelace
                to            500
                started       10:58:00
                ringing       10:58:01
                answered      10:58:30 by 102
                caller        101, active, at udp 192.0.2.7:5060, PCMA, audio from 192.0.2.7:4000, Call-ID a@x
                callee        102, active, at tcp 192.0.2.8:5061, Call-ID b

                """)
        #expect(
            CallView.text(ShowCallCommand.Reply(call: nil, record: record), context) == """
                call          00000000-0000-0001-0000-000000000002
                state         ended
                from          101 Ada Lovelace
                to            102
                started       11:00:00
                answered      11:00:04 by 102
                ended         11:01:10 by callee: ended normally
                talk time     1 min 6 s
                Call-ID       a@x
                caller audio  PCMA, 3300 packets received, 1 lost, jitter 2 ms, round trip unknown, MOS unknown
                              3299 sent, what arrived of it is unknown
                route         102 is extension "Bob" (conf.d/desk.toml:3:1)

                """)
    }

    @Test func records() {
        #expect(
            RecordsView.text([record], context) == """
                STARTED   FROM              TO   ANSWERED BY       TALK  RESULT          CALL
                11:00:00  101 Ada Lovelace  102  102          1 min 6 s  ended normally  00000000-\
                0000-0001-0000-000000000002

                """)
        #expect(RecordsView.text([], context) == "no call records\n")
    }

    @Test func registrations() {
        let registration = RegistrationSnapshot(
            number: "101", contact: "sip:101@192.0.2.1:5060", transport: "udp", source: "192.0.2.1:5060",
            expiresAt: "2026-01-12T10:09:30.000Z", userAgent: "desk\u{1B}[2J")
        #expect(
            RegistrationsView.text([registration], context) == """
                NUMBER  FROM            VIA  EXPIRES IN  PHONE     CONTACT
                101     192.0.2.1:5060  udp  9 min 30 s  desk\u{FFFD}[2J  sip:101@192.0.2.1:5060

                """)
    }

    @Test func extensions() {
        let entries = [
            ExtensionSnapshot(
                number: "101", name: "Ada", kind: "extension", registrations: 1, calls: 0, origin: "demo:1:1"),
            ExtensionSnapshot(
                number: "500", name: "All", kind: "ring group", registrations: 0, calls: 2, origin: "demo:40:1"),
        ]
        #expect(
            ExtensionsView.text(entries, context) == """
                NUMBER  NAME  KIND        PHONES  CALLS  DEFINED AT
                101     Ada   extension        1      0  demo:1:1
                500     All   ring group       0      2  demo:40:1

                """)
    }

    @Test func route() {
        let report = RouteReport(
            from: "101", to: "500", destination: "ring group 500",
            steps: [
                .init(text: "500 is ring group \"All\"", origin: "demo:40:1"), .init(text: "2 of 3 ring", origin: nil),
            ])
        #expect(
            RouteView.text(report, context) == """
                101 calls 500
                  1. 500 is ring group "All" (demo:40:1)
                  2. 2 of 3 ring
                  → ring group 500

                """)
    }

    @Test func configuration() {
        let bad = ConfigurationReport(
            source: "/etc/pbx-x", extensions: 0, isValid: false, errors: ["a.toml:1:1: x", "b.toml:2:2: y"],
            warnings: ["c.toml:3:3: warning: z"])
        #expect(
            ConfigurationView.text(bad, context, isInForce: false) == """
                a.toml:1:1: x
                b.toml:2:2: y
                c.toml:3:3: warning: z
                /etc/pbx-x: 2 errors, nothing was changed

                """)
        let good = ConfigurationReport(source: "/etc/pbx-x", extensions: 1, isValid: true)
        #expect(ConfigurationView.text(good, context, isInForce: true) == "/etc/pbx-x: 1 number, in force\n")
        #expect(ConfigurationView.text(good, context, isInForce: false) == "/etc/pbx-x: 1 number, no errors\n")
    }

    @Test func events() throws {
        let cases: [(ControlEvent, String)] = [
            (
                .callAnswered(call),
                "11:00:00  CALL_ANSWERED           101 Ada Lovelace → 500, answered by 102  \(call.callId)\n"
            ),
            (.configurationReloaded(extensions: 21), "11:00:00  CONFIGURATION_RELOADED  21 numbers\n"),
        ]
        for (event, line) in cases {
            let envelope = ControlEventEnvelope(seq: 7, timestamp: context.now, event: event)
            #expect(try EventView.line(ReceivedEvent(line: Array(JSONEncoder().encode(envelope))), context) == line)
        }
    }

    @Test func anEventOfANewerServerIsShownAllTheSame() throws {
        let line = Array(#"{"type":"AGENT_PAUSED","timestamp":"2026-01-12T10:00:00.000Z","seq":9,"data":1}"#.utf8)
        let event = try ReceivedEvent(line: line)
        #expect(
            try EventView.line(event, context)
                == "11:00:00  AGENT_PAUSED            (not known to this version of pbxctl)\n")
    }

    @Test func failures() {
        let failure = ControlFailure(
            .configurationInvalid, "reload changed nothing: 2 errors", hint: "correct them and reload again",
            details: ["a.toml:1:1: x", "b.toml:2:2: y"])
        #expect(
            AdminProgram.line(for: failure) == """
                a.toml:1:1: x
                b.toml:2:2: y
                pbxctl: reload changed nothing: 2 errors: correct them and reload again

                """)
    }
}
