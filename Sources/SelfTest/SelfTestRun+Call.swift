import ControlProtocol
import ControlSocket
import PBXBase

// The call of a self-test, step by step.
extension SelfTestRun {
    /// From the registrations to the record, as far as it goes.
    mutating func converse(_ phones: Phones, _ loan: BeginSelfTestCommand.Reply) async {
        guard await register(phones.caller, .registerCaller), await register(phones.callee, .registerCallee),
            await place(phones, loan), await answer(phones, loan)
        else { return }
        let isAudible = await listen(phones, loan)
        if isAudible { await press(phones) }
        skipRest(before: .hangUp)
        guard await hangUp(phones) else { return }
        await findRecord(loan, isAudible: isAudible)
    }

    private mutating func register(_ phone: VirtualPhone, _ name: SelfTestStep) async -> Bool {
        await step(name) {
            await phone.register()
            do {
                try await phone.wait(for: .registered, seconds: Self.answerSecondsMax)
            } catch {
                throw Advice.registration(error)
            }
            return ((), "registered as \(phone.account.number)")
        } != nil
    }

    private mutating func place(_ phones: Phones, _ loan: BeginSelfTestCommand.Reply) async -> Bool {
        await step(.placeCall) {
            await phones.caller.place(to: loan.callee.number)
            do {
                try await phones.caller.wait(for: .ringing, seconds: Self.answerSecondsMax)
                try await phones.callee.wait(for: .ringing, seconds: Self.answerSecondsMax)
            } catch {
                throw Advice.call(error, loan)
            }
            let shown = await phones.callee.call.callerShown ?? "nobody"
            guard shown == loan.caller.number else {
                throw StepFailure("the called phone shows \"\(shown)\" as its caller instead of \(loan.caller.number)")
            }
            return ((), "the called phone rings and shows its caller")
        } != nil
    }

    private mutating func answer(_ phones: Phones, _ loan: BeginSelfTestCommand.Reply) async -> Bool {
        await step(.answerCall) {
            await phones.callee.answer()
            do {
                try await phones.caller.wait(for: .established, seconds: Self.answerSecondsMax)
                try await phones.callee.wait(for: .established, seconds: Self.answerSecondsMax)
            } catch {
                throw Advice.call(error, loan)
            }
            return ((), "both phones are connected")
        } != nil
    }

    /// Both tones at the same time; true when both were heard as they should.
    private mutating func listen(_ phones: Phones, _ loan: BeginSelfTestCommand.Reply) async -> Bool {
        let begunAt = currentInstant()
        for phone in [phones.caller, phones.callee] { await phone.beginSending() }
        for phone in [phones.caller, phones.callee] { await phone.play() }
        let seconds =
            TestSignal.tonePackets * TestSignal.packetMilliseconds / 1_000 + Self.lateAudioSeconds
        // What did not come is told from what did.
        async let first: Void? = try? phones.callee.wait(for: .toneHeard, seconds: seconds)
        async let second: Void? = try? phones.caller.wait(for: .toneHeard, seconds: seconds)
        _ = await (first, second)
        let caller = await phones.caller.hearing
        let callee = await phones.callee.hearing
        let isCallerHeard = judge(.hearCaller, said: caller, heard: callee, loan, since: begunAt)
        let isCalleeHeard = judge(.hearCallee, said: callee, heard: caller, loan, since: begunAt)
        return isCallerHeard && isCalleeHeard
    }

    private mutating func judge(
        _ name: SelfTestStep, said: PhoneHearing, heard: PhoneHearing, _ loan: BeginSelfTestCommand.Reply,
        since begunAt: Instant
    ) -> Bool {
        let figures = AudioFigures(departures: said.departures, arrivals: heard.arrivals)
        let problem = figures.problem
        add(
            name, problem == nil ? .passed : .failed, since: begunAt, problem ?? figures.summary,
            hint: problem == nil ? nil : Advice.audio(figures, said, loan))
        return problem == nil
    }

    private mutating func press(_ phones: Phones) async {
        let begunAt = currentInstant()
        let counts = (caller: TestSignal.callerDigits.utf8.count, callee: TestSignal.calleeDigits.utf8.count)
        let canCaller = await phones.caller.press(TestSignal.callerDigits, awaiting: counts.callee)
        let canCallee = await phones.callee.press(TestSignal.calleeDigits, awaiting: counts.caller)
        guard canCaller, canCallee else {
            for name in [SelfTestStep.callerDigits, .calleeDigits] {
                add(
                    name, .failed, since: begunAt, "the call has no telephone-event (RFC 4733)",
                    hint: "allow \"telephone-event\" or \"*\" in media.codecs")
            }
            return
        }
        async let first: Void? = try? phones.callee.wait(for: .digitsHeard, seconds: Self.answerSecondsMax)
        async let second: Void? = try? phones.caller.wait(for: .digitsHeard, seconds: Self.answerSecondsMax)
        _ = await (first, second)
        compare(.callerDigits, TestSignal.callerDigits, await phones.callee.hearing.digits, since: begunAt)
        compare(.calleeDigits, TestSignal.calleeDigits, await phones.caller.hearing.digits, since: begunAt)
    }

    private mutating func compare(_ name: SelfTestStep, _ pressed: String, _ heard: String, since begunAt: Instant) {
        guard pressed != heard else { return add(name, .passed, since: begunAt, "\(pressed) pressed and heard") }
        add(
            name, .failed, since: begunAt, "\(pressed) was pressed, \(heard.isEmpty ? "nothing" : heard) was heard",
            hint: "look at the call's legs for lost packets: pbxctl records --json")
    }

    private mutating func hangUp(_ phones: Phones) async -> Bool {
        await step(.hangUp) {
            await phones.caller.hangUp()
            do {
                try await phones.caller.wait(for: .ended, seconds: Self.answerSecondsMax)
            } catch {
                throw StepFailure(
                    "BYE got no answer within \(Self.answerSecondsMax) s",
                    hint: Advice.store
                )
            }
            do {
                try await phones.callee.wait(for: .ended, seconds: Self.answerSecondsMax)
            } catch {
                throw StepFailure("the called phone was not told that the call is over")
            }
            return ((), "both phones were told")
        } != nil
    }

    private mutating func findRecord(_ loan: BeginSelfTestCommand.Reply, isAudible: Bool) async {
        let client = client
        await step(.findRecord) {
            let reply = try await client.call(ListRecordsCommand(limit: 1, number: loan.caller.number))
            guard let record = reply.records.first else {
                throw StepFailure(
                    "no record of the call", hint: Advice.store)
            }
            if let problem = RecordCheck(loan: loan, isAudible: isAudible).problem(of: record) {
                throw StepFailure(
                    "record \(record.callId) is wrong: \(problem)", hint: "see pbxctl calls show \(record.callId)")
            }
            return ((), RecordCheck.summary(record))
        }
    }
}
