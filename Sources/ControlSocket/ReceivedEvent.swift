package import ControlProtocol

/// An event as a client got it.
package struct ReceivedEvent: Sendable {
    /// nil for a type that a newer server has added.
    package var type: EventType?
    package var typeName: String
    /// RFC 3339, UTC.
    package var timestamp: String
    package var seq: UInt64
    /// The whole line, as the server wrote it, without its line feed.
    package var line: [UInt8]

    /// Reads one line of the event stream. Throws when it is no event.
    package init(line: [UInt8]) throws(ControlSocketError) {
        let head: LineHead
        do {
            head = try ControlJSON.value(LineHead.self, from: line)
        } catch {
            throw .unreadable("event", error)
        }
        guard let event = ReceivedEvent(head, line: line) else {
            throw ControlSocketError(
                .wrongProtocol, "line of the daemon is no event", hint: "check that the socket belongs to pbxd")
        }
        self = event
    }

    /// The event's data in the form that its row in `EventCatalogue` states, such as `CallSnapshot`.
    package func data<Data: Codable & Sendable>(as type: Data.Type) throws(ControlSocketError) -> Data {
        do {
            return try ControlJSON.value(EventFrame<Data>.self, from: line).data
        } catch {
            throw .unreadable("\(typeName) event", error)
        }
    }
}

/// What tells the kinds of lines apart that a server sends.
struct LineHead: Decodable {
    var id: RequestID?
    var type: String?
    var timestamp: String?
    var seq: UInt64?
    var error: ControlFailure?
}

extension ReceivedEvent {
    init?(_ head: LineHead, line: [UInt8]) {
        guard let typeName = head.type else { return nil }
        type = EventType(rawValue: typeName)
        self.typeName = typeName
        timestamp = head.timestamp ?? ""
        seq = head.seq ?? 0
        self.line = line
    }
}

extension ControlSocketError {
    static func unreadable(_ what: String, _ error: any Error) -> ControlSocketError {
        ControlSocketError(
            .wrongProtocol, "\(what) of the daemon cannot be read: \(error)",
            hint: "check that client and daemon are of the same release")
    }
}
