import Foundation

/// Our own `pbx-phone` with its screen, in a terminal and a home folder of its own; without a sound card.
package final class ScreenPhone {
    package let terminal: Tmux
    /// Its configuration and its history. Given to another one, that goes on with them.
    package let home: TemporaryFolder

    /// Starts it with an account, and waits until it is registered. Files of `~/.config/pbx-x` by their names.
    package init(
        _ account: SIPAccount, home: TemporaryFolder? = nil, files: [String: String] = [:], arguments: [String] = [],
        width: Int = 80, height: Int = 24, environment: [String: String] = [:]
    ) throws {
        self.home = try home ?? TemporaryFolder()
        let mediaPort = try LoopbackPorts.take(20)
        for (name, text) in files { try self.home.write(text, to: "config/pbx-x/\(name)") }
        let variables = Self.variables(self.home, account).merging(environment) { _, new in new }
        terminal = try Tmux(
            try Programs.ours("pbx-phone"),
            [
                "--account", "sip:\(account.number)@\(account.server)", "--no-sound", "--media-ports",
                "\(mediaPort)-\(mediaPort + 19)",
            ] + arguments, width: width, height: height, environment: variables)
        try terminal.wait(for: "\(account.number)@\(account.server)")
    }

    /// What it needs in its environment, for one that is started otherwise.
    package static func variables(_ home: TemporaryFolder, _ account: SIPAccount) -> [String: String] {
        [
            "XDG_CONFIG_HOME": home.path("config"), "XDG_STATE_HOME": home.path("state"), "HOME": home.path(""),
            "PBX_PHONE_PASSWORD": account.password,
        ]
    }

    package func press(_ keys: String...) throws {
        for key in keys { try terminal.press(key) }
    }

    @discardableResult
    package func wait(for text: String) throws -> String { try terminal.wait(for: text) }

    /// Leaves, and waits until it has.
    package func quit() throws {
        try terminal.press("C-c")
        try terminal.waitForEnd()
    }
}
