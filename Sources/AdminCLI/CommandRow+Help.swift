import ArgumentParser
import ControlProtocol

extension CommandRow {
    /// Help of the subcommand `name` that sends this command.
    func configuration(as name: String) -> CommandConfiguration {
        let need = role == .user ? "" : "Needs the role \(role.rawValue)."
        return CommandConfiguration(commandName: name, abstract: summary, discussion: need)
    }
}
