import ArgumentParser
import ControlProtocol
import PBXModel

/// `pbxctl dnd EXTENSION on|off`
struct DoNotDisturb: AsyncParsableCommand {
    static let configuration = SetDoNotDisturbCommand.row.configuration(as: "dnd")
    @Argument(
        help: ArgumentHelp("extension whose phones are meant", valueName: "extension"), completion: .numbers)
    var number: String
    @Argument(help: ArgumentHelp(SetDoNotDisturbCommand.row.help("state"), valueName: "on|off")) var state: Switch
    @OptionGroup var session: SessionOptions

    enum Switch: String, CaseIterable, ExpressibleByArgument { case on, off }

    func run() async throws {
        try await session.show(SetDoNotDisturbCommand(isOn: state == .on, of: number), view: UserSettingsView.text)
    }
}

/// `pbxctl forward EXTENSION NUMBER|off`
struct Forward: AsyncParsableCommand {
    static let configuration = SetForwardingCommand.row.configuration(as: "forward")
    @Argument(
        help: ArgumentHelp("extension whose calls are meant", valueName: "extension"), completion: .numbers)
    var number: String
    @Argument(help: ArgumentHelp("where its calls go, or off", valueName: "number|off"), completion: .numbers)
    var target: String
    @OptionGroup var session: SessionOptions

    func run() async throws {
        let command = SetForwardingCommand(to: target == "off" ? nil : target, of: number)
        try await session.show(command, view: UserSettingsView.text)
    }
}

/// `pbxctl presence EXTENSION TEXT`
struct Presence: AsyncParsableCommand {
    static let configuration = SetPresenceCommand.row.configuration(as: "presence")
    @Argument(
        help: ArgumentHelp("extension whose user says it", valueName: "extension"), completion: .numbers)
    var number: String
    @Argument(help: ArgumentHelp(SetPresenceCommand.row.help("text"), valueName: "text")) var words: [String] = []
    @OptionGroup var session: SessionOptions

    func run() async throws {
        let text = words.joined(separator: " ")
        try await session.show(
            SetPresenceCommand(text: text.isEmpty ? nil : text, of: number), view: UserSettingsView.text)
    }
}
