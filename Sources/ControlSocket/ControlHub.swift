import ControlProtocol
import NIOCore
import PBXBase

/// The connections of one server, and the way of every event to those that follow its topic. Lives on the server's
/// event loop.
final class ControlHub {
    private let mailbox: EventMailbox
    private let connectionsMax: Int
    private var connections: [ObjectIdentifier: ControlConnection] = [:]
    /// Accepted ones, those included whose user is still being looked up.
    private var accepted = 0

    init(mailbox: EventMailbox, connectionsMax: Int) {
        self.mailbox = mailbox
        self.connectionsMax = connectionsMax
    }

    /// Counts a new connection; false when there are enough. `leave` must follow in either case.
    func enter() -> Bool {
        accepted += 1
        return accepted <= connectionsMax
    }

    func leave() { accepted -= 1 }

    func add(_ connection: ControlConnection) { connections[ObjectIdentifier(connection)] = connection }
    func remove(_ connection: ControlConnection) { connections[ObjectIdentifier(connection)] = nil }

    /// A connection changed what it follows.
    func followed(from before: Set<Topic>, to after: Set<Topic>) {
        if before.isEmpty, !after.isEmpty { mailbox.addSubscriber() }
        if !before.isEmpty, after.isEmpty { mailbox.removeSubscriber() }
    }

    /// Hands out what the exchange left. An event is put into JSON once, and only when somebody follows its topic.
    func deliver() {
        let batch = mailbox.takeAll()
        let followers = connections.values.filter { !$0.topics.isEmpty }
        let topics = followers.reduce(into: Set()) { $0.formUnion($1.topics) }
        for envelope in batch.events where topics.contains(envelope.event.topic) {
            guard let event = EncodedEvent(envelope) else { continue }
            for follower in followers { follower.offer(event) }
        }
        if let last = batch.lastDropped {
            let loss = EventSubscription.Loss(
                count: batch.droppedCount, seq: last.seq, timestamp: last.timestamp.rfc3339)
            for follower in followers { follower.lost(loss) }
        }
        for follower in followers { follower.advance() }
    }

    func closeAll() {
        for connection in Array(connections.values) { connection.close() }
    }
}

extension EncodedEvent {
    /// nil for an event that has no JSON form, which would be a defect of its type.
    fileprivate init?(_ envelope: ControlEventEnvelope) {
        guard let bytes = try? ControlJSON.line(envelope) else { return nil }
        self.init(
            seq: envelope.seq, topic: envelope.event.topic, timestamp: envelope.timestamp.rfc3339,
            line: ByteBuffer(bytes: bytes))
    }
}
