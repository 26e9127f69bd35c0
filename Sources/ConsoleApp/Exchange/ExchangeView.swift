package import ControlProtocol
package import PBXModel

/// What the console knows of the exchange: one value, fed by a snapshot and the changes after it.
package struct ExchangeView: Sendable {
    /// Calls that are up, by identity.
    package private(set) var calls: [String: CallSnapshot] = [:]
    /// Registered phones by number and contact.
    package private(set) var registrations: [String: RegistrationSnapshot] = [:]
    /// What users have set themselves.
    package private(set) var settings = UserSettingsTable()
    package private(set) var directory = DirectoryIndex([])
    /// Finished calls, latest first.
    package private(set) var records: [CallRecordReport] = []
    /// Numbers at which calls can be parked, as the exchange has them.
    private var parkingSlots: [String] = []
    package var status: StatusReport?

    /// More is not kept: who needs more asks `pbxctl records`.
    package static let recordsMax = 500

    package init() {}

    /// The calls, oldest first; equal times by identity, so that the order never wavers.
    package var callsInOrder: [CallSnapshot] {
        calls.values.sorted { ($0.startedAt, $0.callId) < ($1.startedAt, $1.callId) }
    }

    /// The parking slots in their order, free or taken; one that a call is in although it was not listed comes last.
    package var parkPlaces: [ParkPlace] {
        let parked = calls.values.filter { $0.parkedAt != nil }
        let taken = Dictionary(parked.map { ($0.parkedAt ?? "", $0) }) { first, _ in first }
        let others = taken.keys.filter { !parkingSlots.contains($0) }.sorted()
        return (parkingSlots + others).map { ParkPlace(slot: $0, call: taken[$0]) }
    }

    package var registrationsInOrder: [RegistrationSnapshot] {
        registrations.values.sorted { ($0.number, $0.contact) < ($1.number, $1.contact) }
    }

    package mutating func reset(to snapshot: SubscribeCommand.Reply) {
        calls = Dictionary((snapshot.calls ?? []).map { ($0.callId, $0) }) { _, last in last }
        registrations = Dictionary((snapshot.registrations ?? []).map { (Self.key($0), $0) }) { _, last in last }
        settings = UserSettingsTable(snapshot.settings ?? [])
        status = snapshot.status
    }

    package mutating func set(_ call: CallSnapshot) { calls[call.callId] = call }

    package mutating func end(_ record: CallRecordReport) {
        calls[record.callId] = nil
        records.removeAll { $0.callId == record.callId }
        records.insert(record, at: 0)
        if records.count > Self.recordsMax { records.removeLast() }
    }

    package mutating func set(_ noted: CallNote) {
        guard let index = records.firstIndex(where: { $0.callId == noted.callId }) else { return }
        records[index].note = noted.note
    }

    package mutating func set(_ registration: RegistrationSnapshot) {
        registrations[Self.key(registration)] = registration
    }

    package mutating func remove(_ registration: RegistrationSnapshot) {
        registrations[Self.key(registration)] = nil
    }

    package mutating func set(_ settings: UserSettings) { self.settings.set(settings) }
    package mutating func setDirectory(_ entries: [DirectoryEntry]) { directory = DirectoryIndex(entries) }
    package mutating func setParkingSlots(_ slots: [String]) { parkingSlots = slots }
    package mutating func setRecords(_ records: [CallRecordReport]) { self.records = records }

    private static func key(_ registration: RegistrationSnapshot) -> String {
        "\(registration.number) \(registration.contact)"
    }
}

/// A parking slot and the call that waits there, if any.
package struct ParkPlace: Hashable, Sendable {
    package var slot: String
    package var call: CallSnapshot?
}

/// What a number is doing, for its lamp.
package enum Lamp: Hashable, Sendable {
    case offline, free, ringing, busy, doNotDisturb
    /// Its calls go to this number.
    case forwarded(String)
}

extension ExchangeView {
    /// Lamps of all numbers in one go: looking each one up in the calls would cost their product.
    package var lamps: Lamps {
        var activity: [String: Lamp] = [:]
        for call in calls.values {
            for leg in call.legs where leg.state != "ended" {
                let isCalled = leg.role == .callee && (call.state == .ringing || call.state == .new)
                let lamp: Lamp = isCalled ? .ringing : .busy
                if activity[leg.number] != .busy { activity[leg.number] = lamp }
            }
        }
        return Lamps(activity: activity, registered: Set(registrations.values.map(\.number)), settings: settings)
    }
}

package struct Lamps: Sendable {
    fileprivate let activity: [String: Lamp]
    fileprivate let registered: Set<String>
    fileprivate let settings: UserSettingsTable

    package subscript(_ entry: DirectoryEntry) -> Lamp {
        if let lamp = activity[entry.number] { return lamp }
        let own = settings[entry.number]
        if let target = own.forwardsTo { return .forwarded(target) }
        if own.doNotDisturb { return .doNotDisturb }
        // Groups and people outside have no phone here and can always be called.
        return registered.contains(entry.number) || entry.kind != .extension ? .free : .offline
    }
}
