import SystemTestKit

/// What was seen over one span of the run.
struct SoakSpan: CustomStringConvertible {
    var rssBytes: Int
    var calls: Int
    /// In milliseconds through the server; nil where no call is simply forwarded.
    var delayP50: Double?
    var delayP99: Double?
    /// Since the start.
    var packetsReceived: Int

    var description: String {
        let delay = delayP50.flatMap { p50 in delayP99.map { "delay p50 \(p50) ms, p99 \($0) ms" } } ?? "no delay known"
        return "\(calls) calls, \(packetsReceived) packets heard, \(delay), RSS \(rssBytes / 1_024) KB"
    }
}

/// Compares what was done with what the daemon says.
struct SoakVerdict {
    /// How far the daemon's figures may be from what was injected.
    private static let toleranceShare = 0.10
    /// RSS may grow by this once all calls are up: the record cache and the allocator's slack.
    private static let growthMaxBytes = 4 << 20
    private static let driftMaxMilliseconds = 0.5

    private let lines: [(isGood: Bool, text: String)]

    init(
        options: SoakOptions, tallies: [LegTally], spans: [SoakSpan], records: [RecordSeen], status: StatusSeen
    ) {
        var lines: [(Bool, String)] = []
        let inOrder = Array(records.reversed())
        lines.append((inOrder.count == options.calls, "\(inOrder.count) records of \(options.calls) calls"))
        lines.append((inOrder.allSatisfy { $0.cause == "normal" }, "every call ended normally"))
        lines.append(
            (
                status.isIdle,
                "left behind: \(status.calls) calls, \(status.transactions) transactions, "
                    + "\(status.mediaPorts - status.mediaPortsFree) ports"
            ))
        lines += Self.growth(spans)
        let media = inOrder.flatMap { [$0.callerMedia, $0.calleeMedia] }
        lines += Self.statistics(tallies, media)
        if media.count == tallies.count { lines += Self.delivery(tallies, media, options) }
        self.lines = lines
    }

    /// Prints every line; returns whether all are good.
    func tell() -> Bool {
        for line in lines { print(line.isGood ? "ok    " : "FAILED", line.text) }
        return lines.allSatisfy(\.isGood)
    }

    private static func growth(_ spans: [SoakSpan]) -> [(Bool, String)] {
        guard let first = spans.first, let last = spans.last else { return [] }
        var lines = [
            (
                last.rssBytes - first.rssBytes <= growthMaxBytes,
                "RSS grew by \((last.rssBytes - first.rssBytes) / 1_024) KB"
            )
        ]
        if let early = first.delayP50, let late = last.delayP50 {
            lines.append((abs(late - early) <= driftMaxMilliseconds, "delay p50 went from \(early) to \(late) ms"))
        }
        return lines
    }

    /// Loss and jitter of all legs together, and how many single legs are off.
    private static func statistics(_ tallies: [LegTally], _ media: [RecordSeen.Media?]) -> [(Bool, String)] {
        let pairs = zip(tallies, media).compactMap { tally, media in media.map { (tally, $0) } }
        let injected = pairs.reduce(0) { $0 + $1.0.visibleLoss }
        let reported = pairs.reduce(0) { $0 + $1.1.packetsLost }
        let legsOff = pairs.count { !agree(Double($0.1.packetsLost), Double($0.0.visibleLoss), slack: 1) }
        let jitters = pairs.compactMap { tally, media in
            media.jitterMicroseconds.map { (tally.jitterSeconds * 1e6, Double($0)) }
        }
        let jitterInjected = jitters.reduce(0) { $0 + $1.0 } / Double(max(1, jitters.count))
        let jitterReported = jitters.reduce(0) { $0 + $1.1 } / Double(max(1, jitters.count))
        return [
            (pairs.count == tallies.count, "\(pairs.count) of \(tallies.count) legs have figures"),
            (agree(Double(reported), Double(injected), slack: 1), "\(injected) packets lost, \(reported) reported"),
            (legsOff == 0, "\(legsOff) legs whose loss is off by more than a tenth"),
            (
                agree(jitterReported, jitterInjected, slack: 300),
                "mean jitter \(Int(jitterInjected)) µs, reported \(Int(jitterReported)) µs"
            ),
        ]
    }

    /// What a phone sent is what the server received and, where it is forwarded, what the other phone heard.
    private static func delivery(
        _ tallies: [LegTally], _ media: [RecordSeen.Media?], _ options: SoakOptions
    ) -> [(Bool, String)] {
        var dropped = 0
        var unheard = 0
        for (index, tally) in tallies.enumerated() {
            dropped += tally.sent - (media[index]?.packetsReceived ?? 0)
            guard !options.isTranscoded(call: index / 2) else { continue }
            unheard += tally.sent - tallies[index ^ 1].received
        }
        return [
            (dropped == 0, "\(dropped) packets that the server did not take"),
            // The first phone to speak is heard by nobody until the other one's call is up.
            (abs(unheard) <= options.calls * 5, "\(unheard) packets that the other phone did not hear"),
        ]
    }

    private static func agree(_ reported: Double, _ injected: Double, slack: Double) -> Bool {
        abs(reported - injected) <= max(slack, toleranceShare * injected)
    }
}
