import MediaControl
import PhoneApp
import SDPNegotiation
import Testing

@Suite struct PhoneCallTests {
    /// Two phones that talk: phone 1 called phone 2.
    private func talking(_ change: (Int, inout PhoneSettings) -> Void = { _, _ in }) -> PhoneNetwork {
        let network = PhoneNetwork(2, change: change)
        network.order(1, .call(PhoneNetwork.uri(2), account: nil))
        network.order(2, .answer(nil))
        return network
    }

    @Test func aCallRingsAndIsAnswered() throws {
        let network = PhoneNetwork(2)
        network.order(1, .call(PhoneNetwork.uri(2), account: nil))
        #expect(network.line(1, 1)?.state == .ringing)
        #expect(network.line(2, 1)?.state == .incoming)
        network.order(2, .answer(nil))
        #expect(network.line(1, 1)?.state == .active)
        #expect(network.line(2, 1)?.state == .active)
        #expect(network.line(1, 1)?.codec == "opus")
        let plan = try #require(network.plans(1).values.first)
        #expect(plan.seat != nil && plan.sends && plan.receives)
    }

    @Test func whoHangsUpIsToldApart() {
        let network = talking()
        network.advance(65)
        network.order(2, .hangUp(nil))
        #expect(network.end(2, 1) == .here)
        #expect(network.end(1, 1) == .there)
        #expect(network.plans(1).isEmpty && network.plans(2).isEmpty)
        let talked = network.told(1).compactMap { event -> Int? in
            if case .ended(_, _, let seconds) = event { seconds } else { nil }
        }
        #expect(talked == [65])
    }

    @Test func aDeclinedCallIsBusy() {
        let network = PhoneNetwork(2)
        network.order(1, .call(PhoneNetwork.uri(2), account: nil))
        network.order(2, .decline(nil))
        #expect(network.end(1, 1) == .refused(status: 486, phrase: "Busy Here"))
        #expect(network.end(2, 1) == .declined)
    }

    @Test func aCallThatIsGivenUpIsMissed() {
        let network = PhoneNetwork(2)
        network.order(1, .call(PhoneNetwork.uri(2), account: nil))
        network.order(1, .hangUp(nil))
        #expect(network.end(1, 1) == .here)
        #expect(network.end(2, 1) == .missed)
    }

    @Test func nobodyAnswersInTime() {
        let network = PhoneNetwork(2) { _, settings in settings.ringSecondsMax = 30 }
        network.order(1, .call(PhoneNetwork.uri(2), account: nil))
        network.advance(29)
        #expect(network.line(1, 1)?.state == .ringing)
        network.advance(2)
        #expect(network.end(1, 1) == .refused(status: 408, phrase: "no answer"))
        #expect(network.end(2, 1) == .missed)
    }

    @Test func holdStopsAudioBothWaysAndResumeBringsItBack() throws {
        let network = talking()
        network.order(1, .hold(nil))
        #expect(network.line(1, 1)?.state == .held)
        #expect(network.line(2, 1)?.isHeldByPeer == true)
        #expect(try #require(network.plans(1).values.first).seat == nil)
        #expect(try #require(network.plans(2).values.first).sends == false)
        network.order(1, .resume(nil))
        #expect(network.line(1, 1)?.state == .active)
        #expect(network.line(2, 1)?.isHeldByPeer == false)
        #expect(try #require(network.plans(1).values.first).seat != nil)
        #expect(try #require(network.plans(2).values.first).sends)
    }

    @Test func bothHoldEachOtherAndComeBack() {
        let network = talking()
        network.order(1, .hold(nil))
        network.order(2, .hold(nil))
        #expect(network.line(1, 1)?.state == .held && network.line(2, 1)?.state == .held)
        network.order(1, .resume(nil))
        network.order(2, .resume(nil))
        #expect(network.line(1, 1)?.state == .active && network.line(2, 1)?.state == .active)
        #expect(network.line(1, 1)?.isHeldByPeer == false && network.line(2, 1)?.isHeldByPeer == false)
    }

    @Test func aSecondCallHoldsTheFirst() {
        let network = PhoneNetwork(3)
        network.order(1, .call(PhoneNetwork.uri(2), account: nil))
        network.order(2, .answer(nil))
        network.order(3, .call(PhoneNetwork.uri(1), account: nil))
        #expect(network.line(1, 2)?.state == .incoming)
        #expect(network.line(1, 1)?.state == .active)
        network.order(1, .answer(nil))
        #expect(network.line(1, 1)?.state == .held)
        #expect(network.line(1, 2)?.state == .active)
        #expect(network.line(2, 1)?.isHeldByPeer == true)
    }

    @Test func redialCallsTheSameAgain() {
        let network = talking()
        network.order(1, .hangUp(nil))
        network.order(1, .redial)
        #expect(network.line(2, 2)?.state == .incoming)
    }

    @Test func noCodecInCommonEndsTheCall() {
        let network = talking { index, settings in settings.codecs = index == 1 ? ["opus"] : ["PCMA"] }
        #expect(network.end(1, 1) == .refused(status: 488, phrase: "Not Acceptable Here"))
        guard case .mediaFailed = network.end(2, 1) else {
            Issue.record("the called phone does not say that no audio was agreed")
            return
        }
    }

    @Test(arguments: [
        (EncryptionPolicy.prefer, EncryptionPolicy.prefer, true), (.require, .prefer, true), (.prefer, .off, false),
    ])
    func keysAreAgreedWhereBothWantThem(caller: EncryptionPolicy, callee: EncryptionPolicy, isEncrypted: Bool) {
        let network = talking { index, settings in settings.encryption = index == 1 ? caller : callee }
        #expect(network.line(1, 1)?.isEncrypted == isEncrypted)
        #expect(network.line(2, 1)?.isEncrypted == isEncrypted)
    }

    @Test func encryptionThatIsRequiredIsNotGivenUp() {
        let network = talking { index, settings in settings.encryption = index == 1 ? .require : .off }
        #expect(network.line(1, 1) == nil && network.line(2, 1) == nil)
    }

    @Test func digitsGoBothWays() throws {
        let network = talking()
        network.order(1, .digits("1a#", .media, nil))
        let port = try #require(network.plans(1).keys.first)
        #expect(network.media(1).contains(.sendDigits(port, "1A#")))
        network.order(1, .digits("7", .info, nil))
        #expect(network.told(2).contains(.digit(LineNumber(1), "7")))
        network.order(1, .digits("x", .media, nil))
        #expect(network.failures(1).count == 1)
    }

    @Test(arguments: ["", "bob", "sip:", "sip:x@example.com"])
    func whatCannotBeCalledIsSaid(target: String) {
        let network = PhoneNetwork(1)
        network.order(1, .call(target, account: nil))
        #expect(network.failures(1).count == 1)
        #expect(network.line(1, 1) == nil)
    }

    @Test func theFileIsHeardInPlaceOfTheMicrophone() throws {
        let network = talking { _, settings in settings.playedFile = "/tone.wav" }
        let played = network.media(1).compactMap { command -> Playback? in
            if case .play(let playback, _) = command { playback } else { nil }
        }
        #expect(played.map(\.items) == [[.file(path: "/tone.wav")]])
        #expect(played.first?.repetition == .forever)
    }

    @Test func everyCallIsRecordedToAFileOfItsOwn() {
        let network = talking { index, settings in if index == 1 { settings.recordingPath = "/a/call.wav" } }
        network.order(1, .hangUp(nil))
        network.order(1, .redial)
        network.order(2, .answer(nil))
        let paths = network.media(1).compactMap { command -> String? in
            if case .record(let recording) = command { recording.path } else { nil }
        }
        #expect(paths == ["/a/call.wav", "/a/call-2.wav"])
    }

    @Test func stoppingEndsEveryCall() {
        let network = talking()
        network.order(1, .stop)
        #expect(network.end(1, 1) == .here && network.end(2, 1) == .there)
        #expect(network.told(1).last == .stopped)
        network.order(2, .call(PhoneNetwork.uri(1), account: nil))
        #expect(network.end(2, 2) == .refused(status: 480, phrase: "Temporarily Unavailable"))
    }
}
