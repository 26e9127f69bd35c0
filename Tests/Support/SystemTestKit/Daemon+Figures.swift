import Foundation

/// A call record, as `pbxctl records --json` shows it.
package struct RecordSeen: Decodable, Sendable {
    package struct Media: Decodable, Sendable {
        package let packetsReceived: Int
        package let packetsSent: Int
        package let packetsLost: Int
        package let jitterMicroseconds: Int?
    }

    package let callId: String
    package let from: String
    package let to: String
    package let sipCallId: String
    package let answeredAt: String?
    package let answeredBy: String?
    package let endedAt: String?
    package let cause: String?
    package let callerMedia: Media?
    package let calleeMedia: Media?

    package var isAnswered: Bool { answeredAt != nil }
}

/// A call that is up, as `pbxctl calls --json` shows it.
package struct CallSeen: Decodable, Sendable {
    package struct Leg: Decodable, Sendable {
        package let role: String
        package let codec: String?
    }

    package let callId: String
    package let from: String
    package let to: String
    package let legs: [Leg]

    package func codec(of role: String) -> String? { legs.first { $0.role == role }?.codec }
}

/// The figures of `pbxctl status --json` that tell whether something leaked.
package struct StatusSeen: Decodable, Sendable {
    package let calls: Int
    package let registrations: Int
    package let transactions: Int
    package let mediaPorts: Int
    package let mediaPortsFree: Int
    package let recordBacklog: Int
    package let rssBytes: Int

    /// Nothing of any call is left but transactions, which outlive it by up to 32 s (RFC 3261 §17).
    package var isQuiet: Bool { calls == 0 && mediaPortsFree == mediaPorts && recordBacklog == 0 }
    /// Nothing at all is left.
    package var isIdle: Bool { isQuiet && transactions == 0 }
}

extension Daemon {
    /// The latest call records, latest first.
    package func records(limit: Int = 1_000) throws -> [RecordSeen] {
        struct Reply: Decodable { let records: [RecordSeen] }
        return try json(Reply.self, "records", "--limit", "\(limit)").records
    }

    /// The calls that are up.
    package func calls() throws -> [CallSeen] {
        struct Reply: Decodable { let calls: [CallSeen] }
        return try json(Reply.self, "calls").calls
    }

    package func status() throws -> StatusSeen { try json(StatusSeen.self, "status") }

    /// Waits until no call, media port or waiting record is left.
    package func waitUntilQuiet() throws { try wait(until: "quiet", within: Waiting.patienceSeconds) { $0.isQuiet } }

    /// Waits until no transaction is left either.
    package func waitUntilIdle() throws { try wait(until: "idle", within: 45) { $0.isIdle } }

    private func wait(
        until state: String, within seconds: Double, _ condition: (StatusSeen) -> Bool
    ) throws {
        var last: StatusSeen?
        do {
            try Waiting.until("pbxd to be \(state)", within: seconds) {
                let status = try status()
                last = status
                return condition(status)
            }
        } catch {
            throw PeerFailure("\(error); it has \(String(describing: last))", output: process.output)
        }
    }

    private func json<Reply: Decodable>(_ type: Reply.Type, _ arguments: String...) throws -> Reply {
        let result = try Programs.run(
            try Programs.ours("pbxctl"), arguments + ["--socket", controlSocket, "--json"])
        guard result.status == 0 else { throw PeerFailure("pbxctl \(arguments) failed", output: result.output) }
        return try JSONDecoder().decode(type, from: Data(result.output.utf8))
    }
}
