import Foundation
import SystemTestKit

/// The measurement from its first registration to the verdict.
struct WatchersRun {
    /// Of one core, for all consoles together.
    private static let coreShareMax = 0.02
    /// That the 99th percentile of an INVITE's first answer may take longer with consoles.
    private static let addedMillisecondsMax = 5.0
    /// Spans without consoles, each followed by one with them.
    private static let rounds = 2
    /// Short calls a second, beside those that are up all the time.
    private static let comingAndGoing = 5
    private static let shortCallMilliseconds = 2_000
    private static let setUpSeconds = 20

    private let calls: Int
    private let consoles: Int
    private let seconds: Int
    private let daemon: Daemon

    init(calls: Int, consoles: Int, seconds: Int) throws {
        self.calls = calls
        self.consoles = consoles
        self.seconds = seconds
        daemon = try Daemon(configuration: Self.configuration)
    }

    private static let configuration =
        """
        [server]
        domain = "127.0.0.1"
        [sip]
        listen = ["udp:127.0.0.1:PORT"]
        [media]
        ports = "32768-60999"
        addresses = ["127.0.0.1"]
        silence-seconds-max = 0
        [limits]
        messages-per-source-per-second-max = 1000000
        """
        + [201, 202].map { number in
            """

            [extensions.\(number)]
            name = "Watched \(number)"
            password = "secret-of-\(number)"
            calls-max = 100000
            """
        }.joined()

    func run() async throws -> Bool {
        let phones = try placeCalls()
        try Waiting.until("\(calls) calls to be up", within: 60) { try daemon.status().calls >= calls }
        var without = Span()
        var with = Span()
        var events = 0
        _ = await span()
        for _ in 0..<Self.rounds {
            without.add(await span())
            let followers = try await Followers(count: consoles, path: daemon.controlSocket)
            with.add(await span())
            events += followers.eventCount
            followers.close()
        }
        for phone in phones { phone.process.kill() }
        guard try daemon.stop() == 0 else { throw PeerFailure("pbxd did not end well", output: daemon.process.output) }
        return tell(without, with, eventsPerSecond: events / (Self.rounds * seconds))
    }

    /// Callers and called phones, as SIPp plays them; they send no audio.
    private func placeCalls() throws -> [SIPp] {
        let total = Self.setUpSeconds + seconds * (2 * Self.rounds + 1)
        let caller = SIPAccount("201", at: daemon.port, password: "secret-of-201")
        let callee = SIPAccount("202", at: daemon.port, password: "secret-of-202")
        let short = SIPp.Load(calls: total * Self.comingAndGoing, callsPerSecond: Self.comingAndGoing)
        let long = SIPp.Load(calls: calls, callsPerSecond: 50)
        let answering = try SIPp(
            .callee(), callee, load: SIPp.Load(calls: short.calls + long.calls), isCallee: true)
        try SIPp.register(callee, contactPort: answering.port)
        let up = try SIPp(.caller(caller, calling: "202", talkMilliseconds: 1_000 * total), caller, load: long)
        let passing = try SIPp(
            .caller(caller, calling: "202", talkMilliseconds: Self.shortCallMilliseconds), caller, load: short)
        return [answering, up, passing]
    }

    /// Lets time pass, in which a thread of its own asks for answers.
    private func span() async -> Span {
        let (port, pid, seconds) = (daemon.port, daemon.process.pid, seconds)
        return await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                var span = Span()
                let before = ProcessTime.cpuSeconds(of: pid)
                let began = ProcessTime.now
                span.answerMilliseconds = AnswerProbe.run(to: port, seconds: seconds)
                span.seconds = ProcessTime.now - began
                span.cpuSeconds = ProcessTime.cpuSeconds(of: pid) - before
                continuation.resume(returning: span)
            }
        }
    }

    private func tell(_ without: Span, _ with: Span, eventsPerSecond: Int) -> Bool {
        let share = with.share - without.share
        let added = with.percentile(99) - without.percentile(99)
        print("\(calls) calls up, \(Self.comingAndGoing) more a second; \(consoles) consoles")
        print("without: \(without)")
        print("with:    \(with); \(eventsPerSecond) events a second to all of them")
        print(
            "consoles: \(percent(share)) of a core (at most \(percent(Self.coreShareMax))),",
            "first answer \(tenths(added)) ms later (p99; at most \(tenths(Self.addedMillisecondsMax)))")
        return share <= Self.coreShareMax && added <= Self.addedMillisecondsMax
    }
}

/// What was measured in a span of time, or in several.
struct Span: CustomStringConvertible {
    var seconds = 0.0
    var cpuSeconds = 0.0
    /// From INVITE to its first answer.
    var answerMilliseconds: [Double] = []

    var share: Double { seconds > 0 ? cpuSeconds / seconds : 0 }

    mutating func add(_ other: Span) {
        seconds += other.seconds
        cpuSeconds += other.cpuSeconds
        answerMilliseconds += other.answerMilliseconds
    }

    func percentile(_ percent: Int) -> Double {
        let sorted = answerMilliseconds.sorted()
        return sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, sorted.count * percent / 100)]
    }

    var description: String {
        "\(percent(share)) of a core, first answer p50 \(tenths(percentile(50))) ms, p99 \(tenths(percentile(99))) ms"
    }
}

func percent(_ share: Double) -> String { "\((share * 10_000).rounded() / 100) %" }
func tenths(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
