import MediaControl
import NIOCore
import NIOPosix
import PBXBase
import SystemTestKit

/// A soak from its first registration to the verdict.
struct SoakRun {
    private let options: SoakOptions
    private let daemon: Daemon
    private let pump: PumpThread
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let caller: SoakPhone
    /// Answers with the caller's codec, and with another.
    private let likeCallee: SoakPhone
    private let unlikeCallee: SoakPhone

    private static let alaw = MediaFormat(payloadType: 8, name: "PCMA", clockRate: 8_000)
    private static let mulaw = MediaFormat(payloadType: 0, name: "PCMU", clockRate: 8_000)
    private static let spanSeconds = 30

    init(_ options: SoakOptions) throws {
        self.options = options
        daemon = try Daemon(configuration: Self.configuration(calls: options.calls))
        pump = try PumpThread(options: options)
        let server = Endpoint(.ipv4Loopback, port: daemon.port)
        let loop = group.next()
        func phone(_ number: String, _ format: MediaFormat) -> SoakPhone {
            SoakPhone(
                .init(number: number, password: "secret-of-\(number)", format: format), server: server, loop: loop)
        }
        caller = phone("201", Self.alaw)
        likeCallee = phone("202", Self.alaw)
        unlikeCallee = phone("203", Self.mulaw)
    }

    private static func configuration(calls: Int) -> String {
        """
        [server]
        domain = "127.0.0.1"
        [sip]
        listen = ["udp:127.0.0.1:PORT"]
        [media]
        ports = "32768-60999"
        addresses = ["127.0.0.1"]
        [limits]
        messages-per-source-per-second-max = 1000000
        """
            + (201...203).map { number in
                """

                [extensions.\(number)]
                name = "Soak \(number)"
                password = "secret-of-\(number)"
                calls-max = \(calls + 1)
                """
            }.joined()
    }

    /// Runs it; returns whether everything agreed.
    func run() async throws -> Bool {
        for phone in [caller, likeCallee, unlikeCallee] { try await phone.register() }
        try await placeCalls()
        let spans = try await watch()
        pump.stopSending()
        try await Task.sleep(for: .milliseconds(200))
        let figures = try await pump.report()
        await caller.hangUpAll()
        try daemon.waitUntilIdle()
        let verdict = SoakVerdict(
            options: options, tallies: figures.tallies, spans: spans, records: try daemon.records(limit: 1_000),
            status: try daemon.status())
        for phone in [caller, likeCallee, unlikeCallee] { await phone.close() }
        pump.end()
        try? await group.shutdownGracefully()
        guard try daemon.stop() == 0 else { throw SoakFailure("pbxd did not end well:\n\(daemon.process.output)") }
        return verdict.tell()
    }

    /// One after the other, so that the n-th record is the n-th call's.
    private func placeCalls() async throws {
        for index in 0..<options.calls {
            let isForwarded = !options.isTranscoded(call: index)
            let callee = isForwarded ? likeCallee : unlikeCallee
            let called = 2 * index + 1
            await callee.expect(
                index: called, media: Endpoint(.ipv4Loopback, port: pump.ports[called]), isForwarded: isForwarded)
            let leg = try await caller.call(
                isForwarded ? "202" : "203", index: 2 * index,
                media: Endpoint(.ipv4Loopback, port: pump.ports[2 * index]), isForwarded: isForwarded)
            pump.start(try await callee.answered())
            pump.start(leg)
        }
        print("\(options.calls) calls are up")
    }

    /// A line per half minute; the first is warming up.
    private func watch() async throws -> [SoakSpan] {
        var spans: [SoakSpan] = []
        var left = options.seconds
        _ = try await pump.report()
        while left > 0 {
            let seconds = min(left, Self.spanSeconds)
            try await Task.sleep(for: .seconds(seconds))
            left -= seconds
            let figures = try await pump.report()
            let status = try daemon.status()
            let span = SoakSpan(
                rssBytes: status.rssBytes, calls: status.calls, delayP50: figures.delayP50, delayP99: figures.delayP99,
                packetsReceived: figures.tallies.reduce(0) { $0 + $1.received })
            print(span)
            spans.append(span)
        }
        return spans
    }
}

extension SoakOptions {
    func isTranscoded(call index: Int) -> Bool { transcodedEvery > 0 && index % transcodedEvery == transcodedEvery - 1 }
}
