import CallControl
import ControlProtocol
package import PBXBase
package import PBXModel
import Routing

// What users set themselves: in force at once, acknowledged once it is stored.
extension ExchangeCore {
    /// Changes a setting; it is safe when the ticket is committed.
    package mutating func change(
        _ change: UserSettingsChange, of number: String, now: Now, into effects: inout [ExchangeEffect]
    ) throws(UserSettingsRefusal) -> CommitTicket {
        defer { settle(now: now, into: &effects) }
        return try set(change, of: number, into: &effects)
    }

    /// A caller changes a setting of its own extension.
    mutating func settingsChanged(
        _ change: UserSettingsChange, of number: String, by call: CallID, now: Now,
        into effects: inout [ExchangeEffect]
    ) {
        do throws(UserSettingsRefusal) {
            settingCalls[try set(change, of: number, into: &effects)] = call
        } catch {
            effects.append(.note(Note(.info, "\(number) may not set \(change): \(error)", call: call)))
            calls.settingsChanged(by: call, isDone: false, context(now), into: &callEffects)
        }
    }

    private mutating func set(
        _ change: UserSettingsChange, of number: String, into effects: inout [ExchangeEffect]
    ) throws(UserSettingsRefusal) -> CommitTicket {
        // Not one that is only lent to a self-test.
        guard directory.extensions[number] != nil else { throw .noSuchExtension }
        switch change {
        case .doNotDisturb, .forwarding(nil), .presence(nil): break
        case .forwarding(let target?):
            guard target.utf8.count <= UserSettings.forwardsToBytesMax else {
                throw .notALine(bytesMax: UserSettings.forwardsToBytesMax)
            }
            let plan = DialPlan(directory: directory, settings: userSettings)
            if let cause = plan.obstacle(toForwarding: number, to: target) { throw .leadsNowhere(target, cause) }
        case .presence(let text?):
            guard UserSettings.isFit(presence: text) else {
                throw .notALine(bytesMax: UserSettings.presenceBytesMax)
            }
        }
        var settings = userSettings[number]
        settings.apply(change)
        userSettings.set(settings)
        let ticket = newTicket()
        effects.append(.record(.userSettingsSet(settings), ticket))
        if isWatched { effects.append(.publish(.settingsChanged(settings))) }
        return ticket
    }
}
