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
    let client: ControlClient
    private let report: (SelfTestReport.Step) -> Void
    private let startedAt = currentInstant()
    private var steps: [SelfTestReport.Step] = []

    /// How long each answer of the server may take.
    static let answerSecondsMax = 5
    /// How long audio may go on arriving after it was all sent.
    static let lateAudioSeconds = 1

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

    struct Phones {
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
}

// MARK: - Steps

extension SelfTestRun {
    /// Takes one step; nil when it failed, which is in the report then.
    @discardableResult
    mutating func step<Value>(
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

    mutating func add(
        _ name: SelfTestStep, _ outcome: SelfTestReport.Outcome, since begunAt: Instant, _ finding: String,
        hint: String? = nil
    ) {
        let step = SelfTestReport.Step(
            name: name, outcome: outcome, milliseconds: Self.milliseconds(since: begunAt), finding: finding, hint: hint)
        steps.append(step)
        report(step)
    }

    /// Every step up to that one that was not taken, in order.
    mutating func skipRest(before last: SelfTestStep? = nil) {
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
