import MediaControl
import PhoneApp
import Testing

@Suite struct HeadlessDeskTests {
    private func summary(_ line: Int, _ state: LineState) -> LineSummary {
        LineSummary(
            line: LineNumber(line), state: state, peer: PhonePeer(name: nil, number: "102", uri: "sip:102@x"),
            isOutgoing: true, account: nil, isHeldByPeer: false, isEncrypted: false, isInConference: false, codec: nil)
    }

    private func desk(_ target: String? = "102", registers: Bool = true, answers: Bool = false) -> HeadlessDesk {
        HeadlessDesk(target: target, waitsForRegistration: registers, outlivesInput: answers)
    }

    @Test func theCallWaitsForTheRegistration() {
        var desk = desk()
        #expect(desk.started() == [.command(.register)])
        #expect(desk.told(.registered(account: 0, seconds: 60)).contains(.command(.call("102", account: nil))))
        // A refreshed registration is no second call.
        #expect(!desk.told(.registered(account: 0, seconds: 60)).contains(.command(.call("102", account: nil))))
    }

    @Test func withoutAnAccountTheCallIsPlacedAtOnce() {
        var desk = desk(registers: false)
        #expect(desk.started() == [.command(.register), .command(.call("102", account: nil))])
    }

    @Test func noRegistrationNoCall() {
        var desk = desk()
        _ = desk.started()
        let event = PhoneEvent.registrationFailed(account: 0, status: 503, phrase: "", isFinal: false)
        #expect(desk.told(event).last == .command(.stop))
        #expect(desk.told(.stopped).last == .exit(PhoneExit.notRegistered.rawValue))
    }

    @Test(arguments: [
        (LineEnd.there, PhoneExit.success), (.refused(status: 486, phrase: ""), .busy),
        (.refused(status: 603, phrase: ""), .declined), (.refused(status: 404, phrase: ""), .notFound),
        (.refused(status: 408, phrase: ""), .noAnswer), (.refused(status: 403, phrase: ""), .notAllowed),
        (.refused(status: 488, phrase: ""), .noCommonMedia), (.refused(status: 503, phrase: ""), .serverFailed),
        (.mediaFailed(""), .noCommonMedia), (.lost, .lost),
    ])
    func theStatusTellsWhyACallFailed(end: LineEnd, status: PhoneExit) {
        var desk = desk(registers: false)
        _ = desk.started()
        _ = desk.told(.line(summary(1, .calling)))
        #expect(desk.told(.ended(summary(1, .ended), end, talkSeconds: nil)).last == .command(.stop))
        #expect(desk.told(.stopped).last == .exit(status.rawValue))
    }

    @Test func aFileThatFailsSpoilsAGoodCall() {
        var desk = desk(registers: false)
        _ = desk.started()
        _ = desk.told(.line(summary(1, .calling)))
        _ = desk.told(.recordingEnded(LineNumber(1), .failed("exists")))
        _ = desk.told(.ended(summary(1, .ended), .here, talkSeconds: 3))
        #expect(desk.told(.stopped).last == .exit(PhoneExit.fileFailed.rawValue))
    }

    @Test func theEndOfInputWaitsForCalls() {
        var desk = desk(nil)
        _ = desk.started()
        _ = desk.told(.line(summary(1, .calling)))
        #expect(desk.inputEnded().isEmpty)
        #expect(desk.told(.ended(summary(1, .ended), .here, talkSeconds: 3)).last == .command(.stop))
    }

    @Test func aPhoneThatAnswersOutlivesItsInput() {
        var desk = desk(nil, answers: true)
        _ = desk.started()
        #expect(desk.inputEnded().isEmpty)
        #expect(desk.interrupted() == [.command(.stop)])
    }

    @Test func aLineThatIsNotUnderstoodIsAnsweredInWords() {
        var desk = desk(nil)
        #expect(
            desk.lineRead("dance") == [
                .write(#"{"event":"failed","message":"\"dance\" is no command (help tells them)"}"#)
            ])
    }

    @Test func eventsAreJSONLines() {
        var desk = desk(nil)
        #expect(desk.told(.digit(LineNumber(2), "5")) == [.write(#"{"digit":"5","event":"digit","line":2}"#)])
    }
}
