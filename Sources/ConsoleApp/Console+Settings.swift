import ControlProtocol
import PBXModel
import TerminalUI

// What the receptionist sets of the own extension: by `:dnd`, `:forward` and `:presence`, and by keys.
extension Console {
    static func set(_ setting: OwnSetting, _ state: inout ConsoleState) -> [ConsoleEffect] {
        guard let own = state.ownNumber else {
            state.say(state.texts(.chooseOwn, state.texts[setting.text]), isError: true)
            return []
        }
        let title = state.texts[setting.text]
        switch setting {
        case .doNotDisturb(let wanted):
            let isOn = wanted ?? !state.exchange.settings[own].doNotDisturb
            let command = SetDoNotDisturbCommand(isOn: isOn, of: own)
            return send(.setDoNotDisturb, command.parameters, title: title, showsResult: false, &state)
        case .forwarding(let target):
            let command = SetForwardingCommand(to: target.map { person(named: $0, state) }, of: own)
            return send(.setForwarding, command.parameters, title: title, showsResult: false, &state)
        case .presence(let text):
            let command = SetPresenceCommand(text: text, of: own)
            return send(.setPresence, command.parameters, title: title, showsResult: false, &state)
        }
    }

    /// A line to be completed, for keys that need more than themselves.
    static func begin(_ line: String, _ state: inout ConsoleState) {
        var prompt = PromptState()
        prompt.insert(line)
        state.overlay = .command(prompt)
    }

    /// `do not disturb · goes to 103`; empty when nothing is set.
    static func words(_ settings: UserSettings, _ texts: TextTable<ConsoleText>) -> String {
        [
            settings.forwardsTo.map { texts(.goesTo, $0) }, settings.doNotDisturb ? texts[.doNotDisturb] : nil,
            settings.presence,
        ].compactMap(\.self).joined(separator: " · ")
    }

    /// Those of the own extension, after its number.
    static func ownSettings(_ state: ConsoleState) -> String {
        guard let own = state.ownNumber else { return "" }
        let words = words(state.exchange.settings[own], state.texts)
        return words.isEmpty ? "" : "\(own): \(words)"
    }
}

extension OwnSetting {
    fileprivate var text: ConsoleText {
        switch self {
        case .doNotDisturb: .doNotDisturb
        case .forwarding: .forward
        case .presence: .presence
        }
    }
}
