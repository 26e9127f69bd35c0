package import ControlProtocol
package import ControlSocket
import PBXModel

/// One line per event, as it happens.
package enum EventView {
    package static func line(_ event: ReceivedEvent, _ context: ViewContext) throws -> String {
        let text = try description(event, context)
        let name = event.typeName.padding(22).coloured(colour(event.type), context)
        return "\(context.local(event.timestamp))  \(name)  \(text)\n"
    }

    /// What a subscription starts from.
    package static func line(_ snapshot: SubscribeCommand.Reply) -> String {
        let parts = [
            snapshot.calls.map { "\($0.count) up" }.map { "calls (\($0))" },
            snapshot.registrations.map { "registrations (\($0.count))" },
            snapshot.settings.map { "settings (\($0.count))" },
            snapshot.topics.contains(.system) ? "system" : nil,
        ]
        return "following \(parts.compactMap(\.self).joined(separator: ", "))\n"
    }

    private static func description(_ event: ReceivedEvent, _ context: ViewContext) throws -> String {
        switch event.type {
        case .callCreated, .callRinging, .callAnswered, .callUpdated:
            let call = try event.data(as: CallSnapshot.self)
            let by = call.answeredBy.map { ", answered by \($0)" } ?? ""
            return "\(Party.text(call.from, name: call.fromName)) → \(call.to.printable)\(by)  \(call.callId)"
        case .callEnded:
            let record = try event.data(as: CallRecordReport.self)
            let talk = ViewContext.span(seconds: record.talkSeconds ?? 0)
            let end = "\(record.causeText ?? "ended"), talked \(talk)"
            return
                "\(Party.text(record.from, name: record.fromName)) → \(record.to.printable), \(end)  \(record.callId)"
        case .callNoted:
            let noted = try event.data(as: CallNote.self)
            return "\(noted.callId): \(noted.note.map { "\"\($0.printable)\"" } ?? "no note")"
        case .registrationAdded:
            let registration = try event.data(as: RegistrationSnapshot.self)
            return "\(registration.number) at \(registration.transport) \(registration.source)"
        case .registrationRemoved:
            let removal = try event.data(as: RegistrationRemoval.self)
            let registration = removal.registration
            return "\(registration.number) at \(registration.transport) \(registration.source), \(removal.reason)"
        case .settingsChanged:
            return UserSettingsView.text(try event.data(as: UserSettings.self), context).trimmingLineEnd
        case .configurationReloaded:
            return "\(try event.data(as: ConfigurationReload.self).extensions) numbers"
        case .eventsLost:
            return "\(try event.data(as: LostEvents.self).count) events were lost: this terminal was too slow"
        case .snapshot: return line(try event.data(as: SubscribeCommand.Reply.self)).trimmingLineEnd
        case nil: return "(not known to this version of pbxctl)"
        }
    }

    private static func colour(_ type: EventType?) -> Colour? {
        switch type {
        case .callAnswered, .registrationAdded: .good
        case .callRinging, .callUpdated: .pending
        case .eventsLost: .bad
        case .callCreated, .callEnded, .callNoted, .registrationRemoved, .settingsChanged, .configurationReloaded,
            .snapshot, nil:
            nil
        }
    }
}

extension String {
    fileprivate func padding(_ width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
    fileprivate var trimmingLineEnd: String { last == "\n" ? String(dropLast()) : self }
}
