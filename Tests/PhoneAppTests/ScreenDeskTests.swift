import CursesBackend
import PBXBase
import Testing

@testable import PhoneApp

/// The phone's side of a screen.
struct ScreenDeskTests {
    private let inbox = EventInbox<PhoneScreenEvent>()

    private func desk(target: String? = nil, registers: Bool = true, levels: Bool = false) -> ScreenDesk {
        ScreenDesk(
            target: target, waitsForRegistration: registers, wantsLevels: levels,
            recorder: HistoryRecorder(accounts: ["sip:101@pbx.example"]), inbox: inbox)
    }

    /// Number and outcome of each call that is to be kept.
    private func kept(_ orders: [DeskOrder]) -> [HistoryEntry] {
        orders.compactMap { if case .remember(.call(let entry)) = $0 { entry } else { nil } }
    }

    @Test func aCallOfTheCommandLineWaitsForTheRegistrationOnce() {
        var desk = desk(target: "102")
        #expect(desk.started() == [.command(.register)])
        let registered = PhoneEvent.registered(account: 0, seconds: 60)
        #expect(desk.told(registered, at: ScreenedPhone.noon) == [.command(.call("102", account: nil))])
        #expect(desk.told(registered, at: ScreenedPhone.noon).isEmpty)
    }

    @Test func withoutARegistrationItIsPlacedAtOnce() {
        var desk = desk(target: "sip:bob@192.0.2.7", registers: false, levels: true)
        #expect(
            desk.started() == [
                .command(.register), .command(.levels(true)), .command(.call("sip:bob@192.0.2.7", account: nil)),
            ])
    }

    @Test func anEndedCallIsKeptAndCountedBeforeItsEndIsShown() {
        var desk = desk()
        let summary = ScreenedPhone.summary(1, .incoming)
        _ = desk.told(.line(summary), at: ScreenedPhone.noon)
        let orders = desk.told(.ended(summary, .missed, talkSeconds: nil), at: ScreenedPhone.noon + .seconds(9))
        #expect(kept(orders).map(\.outcome) == [.missed])
        #expect(kept(orders).map(\.at) == [ScreenedPhone.noon])
        #expect(kept(orders).map(\.account) == ["sip:101@pbx.example"])
        let shown = inbox.takeAll()
        guard shown.count == 3, case .remembered = shown[1], case .phone(.ended) = shown[2] else {
            Issue.record("\(shown)")
            return
        }
    }

    @Test func theProgramEndsWithThePhone() {
        var desk = desk()
        #expect(desk.interrupted() == [.command(.stop)])
        #expect(desk.told(.stopped, at: ScreenedPhone.noon) == [.exit(0)])
    }

    @Test func problemsOfTheMachineAreShown() {
        var desk = desk()
        #expect(desk.troubled("the disk is full").isEmpty)
        guard case .troubled("the disk is full") = inbox.takeAll().first else {
            Issue.record("not told")
            return
        }
    }
}
