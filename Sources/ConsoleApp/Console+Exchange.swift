import ControlProtocol
import PBXBase
import PBXModel
import TerminalUI

/// What the exchange tells, and what becomes of the link to it.
extension Console {
    static func exchangeChanged(_ event: ConsoleEvent, _ state: inout ConsoleState) -> [ConsoleEffect] {
        switch event {
        case .link(let report): return linkChanged(report, &state)
        case .snapshot(let snapshot):
            state.exchange.reset(to: snapshot)
            settle(&state)
        case .callChanged(let call, let type): return callChanged(call, type, &state)
        case .callEnded(let record): callEnded(record, &state)
        case .callNoted(let noted):
            state.exchange.set(noted)
            state.log(.callNoted, "\(noted.callId) \(noted.note ?? "")")
        case .registrationAdded(let registration):
            state.exchange.set(registration)
            state.log(.registrationAdded, "\(registration.number) \(registration.contact)")
        case .registrationRemoved(let removal):
            state.exchange.remove(removal.registration)
            state.log(.registrationRemoved, "\(removal.registration.number) \(removal.reason)")
        case .settingsChanged(let settings):
            state.exchange.set(settings)
            state.log(.settingsChanged, "\(settings.number) \(words(settings, state.texts))")
        case .configurationReloaded(let extensions):
            state.log(.configurationReloaded, "\(extensions)")
            return [.listDirectory]
        case .eventsLost(let count):
            state.log(.eventsLost, "\(count)")
            state.say(state.texts(.eventsLost, "\(count)"), isError: true)
        case .directoryListed(let entries): state.exchange.setDirectory(entries)
        case .parkingSlotsListed(let slots): state.exchange.setParkingSlots(slots)
        case .traced(let call, let result): traced(call, result, &state)
        case .recordsListed(let records): state.exchange.setRecords(records)
        default: break
        }
        return []
    }

    private static func linkChanged(_ report: LinkReport, _ state: inout ConsoleState) -> [ConsoleEffect] {
        switch report {
        case .connected(let server):
            if case .lost = state.link { state.say(state.texts[.connectedAgain]) }
            state.link = .live
            state.server = server
            state.unknownCommands = []
            state.log("LINK", "\(server.name) \(server.version)")
            return [.listDirectory, .listRecords]
        case .lost(let reason, let retrySeconds):
            let retryAt = state.now.wall + .seconds(retrySeconds)
            if case .lost(let since, _, _) = state.link {
                state.link = .lost(since: since, reason: reason, retryAt: retryAt)
                return []
            }
            let isFirst = state.link.isLive
            state.link = .lost(since: state.now.wall, reason: reason, retryAt: retryAt)
            state.log("LINK", reason)
            return isFirst ? [.alert(reason)] : []
        }
    }

    private static func callChanged(
        _ call: CallSnapshot, _ type: EventType, _ state: inout ConsoleState
    ) -> [ConsoleEffect] {
        let wasOurs = state.ownNumber.map { state.exchange.calls[call.callId]?.involves($0) ?? false } ?? true
        state.exchange.set(call)
        state.log(type, "\(call.from) → \(call.to)")
        settle(&state)
        guard !wasOurs, let own = state.ownNumber, call.involves(own), call.from != own else { return [] }
        return [.alert("\(call.fromName.isEmpty ? call.from : call.fromName) → \(call.to)")]
    }

    private static func callEnded(_ record: CallRecordReport, _ state: inout ConsoleState) {
        let wasOurs = state.loops.place(of: record.callId)
        // The end of asking is no news: what became of the call is.
        let wasAsking = state.exchange.calls[record.callId]?.consultation.map { !$0.isFirst } ?? false
        state.exchange.end(record)
        state.log(.callEnded, "\(record.from) → \(record.to)  \(record.causeText ?? "")")
        settle(&state)
        guard let wasOurs, !wasAsking else { return }
        state.say(
            "\(wasOurs + 1): \(record.fromName.isEmpty ? record.from : record.fromName) → \(record.to)  "
                + "\(record.causeText ?? state.texts[.ended])")
    }

    /// A loop is chosen for the call in it: when that is gone, no key may act on the one that took its place.
    static func settle(_ state: inout ConsoleState) {
        let chosen = state.switchboard.loop.map { state.loops.places[$0] }
        state.loops.settle(state.ownCalls)
        if let loop = state.switchboard.loop, state.loops.places[loop] != chosen { state.switchboard.loop = nil }
    }
}

extension ConsoleState {
    fileprivate mutating func log(_ type: EventType, _ text: String) { log(type.rawValue, text) }

    fileprivate mutating func log(_ type: String, _ text: String) {
        log.append(EventLog.Line(at: now.wall, type: type, text: text))
    }
}
