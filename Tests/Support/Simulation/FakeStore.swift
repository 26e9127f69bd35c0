package import PBXBase
package import PBXModel

/// The store as the exchange sees it: takes facts in order, says when those with a ticket are safe, and objects to a
/// history that does not add up.
package struct FakeStore {
    private struct Waiting {
        var at: Instant
        var fact: Fact
        var ticket: CommitTicket?
    }

    /// A commit of a real disk.
    package var commitTime = Interval.milliseconds(2)

    private var waiting: [Waiting] = []
    /// Records of calls that are open, and of those that are closed, both only once committed.
    package private(set) var openRecords: [CallID: CallRecord] = [:]
    package private(set) var closedRecords: [CallID: CallRecord] = [:]
    /// SIP Call-IDs of callers whose closed record is safe.
    package private(set) var closedSIPCallIDs: Set<String> = []
    package private(set) var bindings: [String: ContactBinding] = [:]
    package private(set) var userSettings: [String: UserSettings] = [:]
    package private(set) var violations: [String] = []

    package init() {}

    package var deadline: Instant? { waiting.first?.at }
    package var isQuiet: Bool { waiting.isEmpty }

    package mutating func record(_ fact: Fact, _ ticket: CommitTicket?, now: Instant) {
        let at = max(now + commitTime, waiting.last?.at ?? .zero)
        waiting.append(Waiting(at: at, fact: fact, ticket: ticket))
    }

    /// Commits what is due, as a group, and returns its tickets.
    package mutating func commitDue(now: Instant) -> [CommitTicket] {
        let count = waiting.prefix { $0.at <= now }.count
        let group = waiting.prefix(count)
        waiting.removeFirst(count)
        for entry in group { commit(entry.fact) }
        return group.compactMap(\.ticket)
    }

    private mutating func commit(_ fact: Fact) {
        switch fact {
        case .callOpened(let record):
            if openRecords[record.id] != nil || closedRecords[record.id] != nil {
                violations.append("record of call \(record.id) opened twice")
            }
            openRecords[record.id] = record
        case .callClosed(let record):
            if openRecords.removeValue(forKey: record.id) == nil {
                violations.append("record of call \(record.id) closed, but not open")
            }
            if record.endedAt == nil || record.cause == nil || record.endedBy == nil {
                violations.append("record of call \(record.id) closed without time, cause or side")
            }
            if let answered = record.answeredAt, answered < record.startedAt {
                violations.append("call \(record.id) answered before it started")
            }
            closedRecords[record.id] = record
            closedSIPCallIDs.insert(record.sipCallID)
        case .callNoted(let id, let text):
            openRecords[id]?.note = text
            closedRecords[id]?.note = text
        case .bindingSet(let binding):
            bindings["\(binding.number) \(binding.contact)"] = binding
        case .bindingRemoved(let number, let contact):
            if bindings.removeValue(forKey: "\(number) \(contact)") == nil {
                violations.append("binding \(contact) of \(number) removed, but not there")
            }
        case .userSettingsSet(let settings): userSettings[settings.number] = settings
        }
    }
}
