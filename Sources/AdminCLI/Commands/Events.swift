import ArgumentParser
import ControlProtocol
import ControlSocket
import PBXBase

/// `pbxctl events`: prints what happens until it is stopped.
struct Events: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events", abstract: "follow what happens, one line per event",
        discussion: "With --json every line is one event; the first is a SNAPSHOT of the present state.")
    @Option(help: ArgumentHelp("Follow only this topic; may be given several times.", valueName: "topic"))
    var topic: [Topic] = []
    @Option(help: ArgumentHelp("Stop after so many events.", valueName: "n")) var count: Int?
    @OptionGroup var session: SessionOptions

    func validate() throws {
        if let count, count < 1 { throw ValidationError("--count must be 1 or more, found \(count)") }
    }

    func run() async throws {
        let client = try await session.connect()
        defer { client.close() }
        let topics = topic.isEmpty ? Set(Topic.allCases) : Set(topic)
        try await printStart(try await client.call(SubscribeCommand(topics: topics)))
        var left = count ?? .max
        while left > 0 {
            let event = try await client.nextEvent()
            try StandardOutput.write(
                session.json
                    ? String(decoding: event.line, as: UTF8.self) + "\n" : EventView.line(event, .current()))
            left -= 1
        }
    }

    private func printStart(_ snapshot: SubscribeCommand.Reply) async throws {
        guard session.json else { return try StandardOutput.write(EventView.line(snapshot)) }
        let frame = EventFrame(
            type: EventType.snapshot.rawValue, timestamp: ViewContext.current().now.rfc3339, seq: snapshot.seq,
            data: snapshot)
        try StandardOutput.write(JSONText.line(frame))
    }
}

extension Topic: ExpressibleByArgument {}
