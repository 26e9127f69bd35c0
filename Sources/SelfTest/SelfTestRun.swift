import ControlProtocol
package import ControlSocket
import NIOCore
import NIOPosix
import PBXBase
import SIPGrammar

/// The daemon's own proof: two phones that register, call each other and listen, step by step.
///
/// Whatever happens, the phones unregister and the borrowed extensions are given back at the end.
package struct SelfTestRun {
    private let client: ControlClient
    private let report: (SelfTestReport.Step) -> Void
    private let startedAt = currentInstant()
    private var steps: [SelfTestReport.Step] = []

    /// How long each answer of the server may take.
    private static let answerSecondsMax = 5
    /// How long audio may go on arriving after it was all sent.
    private static let lateAudioSeconds = 1

    /// - Parameter report: told of each step as soon as it is over.
    package static func run(
        _ client: ControlClient, report: @escaping (SelfTestReport.Step) -> Void
    ) async -> SelfTestReport {
        var run = SelfTestRun(client: client, report: report)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        await run.run(on: group.next())
        try? await group.shutdownGracefully()
        return SelfTestReport(steps: run.steps, milliseconds: milliseconds(since: run.startedAt))
    }

    private init(client: ControlClient, report: @escaping (SelfTestReport.Step) -> Void) {
        self.client = client
        self.report = report
    }

    private mutating func run(on loop: any EventLoop) async {
        guard let loan = await borrow() else { return skipRest() }
        if let phones = await open(loan, on: loop) {
            await converse(phones, loan)
            skipRest(before: .cleanUp)
            await cleanUp(phones, loan)
        } else {
            skipRest(before: .cleanUp)
            await cleanUp(nil, loan)
        }
    }

    private struct Phones {
        var caller: VirtualPhone
        var callee: VirtualPhone
    }

    // MARK: Before and after

    private mutating func borrow() async -> BeginSelfTestCommand.Reply? {
        let client = client
        return await step(.borrowExtensions) {
            let loan = try await client.call(BeginSelfTestCommand())
            return (loan, "\(loan.caller.number) and \(loan.callee.number)")
        }
    }

    private mutating func open(_ loan: BeginSelfTestCommand.Reply, on loop: any EventLoop) async -> Phones? {
        await step(.reachListener) {
            let server = try Self.server(loan)
            let name = "\(loan.transport) \(server)"
            let phones = Phones(
                caller: Self.phone(loan.caller, loan, server, isCaller: true, on: loop),
                callee: Self.phone(loan.callee, loan, server, isCaller: false, on: loop))
            do {
                try await phones.caller.open()
                try await phones.callee.open()
                await phones.caller.probe()
                try await phones.caller.wait(for: .serverAnswered, seconds: Self.answerSecondsMax)
            } catch {
                await phones.caller.close()
                await phones.callee.close()
                throw Advice.listener(error, name)
            }
            return (phones, "\(name) answers OPTIONS")
        }
    }

    private static func server(_ loan: BeginSelfTestCommand.Reply) throws -> Endpoint {
        guard let address = IPAddress(loan.address) else {
            throw StepFailure(
                "daemon named a listener that is no address: \"\(loan.address)\"",
                hint: "check that pbxctl and pbxd are of the same release")
        }
        return Endpoint(address, port: loan.port)
    }

    private static func phone(
        _ account: BeginSelfTestCommand.Reply.Account, _ loan: BeginSelfTestCommand.Reply, _ server: Endpoint,
        isCaller: Bool, on loop: any EventLoop
    ) -> VirtualPhone {
        let tones = [TestSignal.callerToneHz, TestSignal.calleeToneHz]
        return VirtualPhone(
            account: .init(
                number: account.number, password: account.password, transport: loan.transport == "tcp" ? .tcp : .udp,
                server: server, toneHz: tones[isCaller ? 0 : 1], heardToneHz: tones[isCaller ? 1 : 0]), loop: loop)
    }

    private mutating func cleanUp(_ phones: Phones?, _ loan: BeginSelfTestCommand.Reply) async {
        let client = client
        await step(.cleanUp) {
            var problem: (any Error)?
            if let phones {
                for phone in [phones.caller, phones.callee] {
                    do {
                        await phone.hangUp()
                        // A call that cannot be ended in order ends with the loan.
                        try? await phone.wait(for: .ended, seconds: Self.answerSecondsMax)
                        await phone.unregister()
                        try await phone.wait(for: .unregistered, seconds: Self.answerSecondsMax)
                    } catch {
                        problem = problem ?? Advice.unregistration(error, phone.account.number)
                    }
                    await phone.close()
                }
            }
            // The daemon forgets them by itself when this fails, a little later.
            _ = try await client.call(EndSelfTestCommand(testId: loan.testId))
            if let problem { throw problem }
            return ((), "phones unregistered, extensions given back")
        }
    }

    // MARK: The call

    private mutating func converse(_ phones: Phones, _ loan: BeginSelfTestCommand.Reply) async {
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

// MARK: - Steps

extension SelfTestRun {
    /// Takes one step; nil when it failed, which is in the report then.
    @discardableResult
    private mutating func step<Value>(
        _ name: SelfTestStep, _ body: () async throws -> (Value, String)
    ) async -> Value? {
        let begunAt = currentInstant()
        do {
            let (value, finding) = try await body()
            add(name, .passed, since: begunAt, finding)
            return value
        } catch {
            let failure = Advice.general(error)
            add(name, .failed, since: begunAt, failure.finding, hint: failure.hint)
            return nil
        }
    }

    private mutating func add(
        _ name: SelfTestStep, _ outcome: SelfTestReport.Outcome, since begunAt: Instant, _ finding: String,
        hint: String? = nil
    ) {
        let step = SelfTestReport.Step(
            name: name, outcome: outcome, milliseconds: Self.milliseconds(since: begunAt), finding: finding, hint: hint)
        steps.append(step)
        report(step)
    }

    /// Every step up to that one that was not taken, in order.
    private mutating func skipRest(before last: SelfTestStep? = nil) {
        let taken = Set(steps.map(\.name))
        for name in SelfTestStep.allCases.prefix(while: { $0 != last }) where !taken.contains(name) {
            let step = SelfTestReport.Step(name: name, outcome: .skipped, milliseconds: 0, finding: "not tried")
            steps.append(step)
            report(step)
        }
    }

    /// To a hundredth.
    private static func milliseconds(since begunAt: Instant) -> Double {
        Double((currentInstant() - begunAt).nanoseconds / 10_000) / 100
    }
}
