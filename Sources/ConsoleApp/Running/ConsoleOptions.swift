import ArgumentParser
import PBXBase

/// The command line of `pbx-console`.
struct ConsoleOptions: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pbx-console",
        abstract: "The receptionist's switchboard for the terminal.",
        discussion: "Shows the calls and people of a running pbxd and steers them by keys; ? shows the keys.",
        version: "pbx-console \(ProductVersion.text)")

    @Option(help: ArgumentHelp("Talk to the daemon at this control socket.", valueName: "path"), completion: .file())
    var socket: String?

    @Option(
        name: [.customLong("extension"), .customShort("e")],
        help: ArgumentHelp("Your own phone's extension; without it the whole company is shown.", valueName: "number"))
    var ownNumber: String?

    @Option(help: ArgumentHelp("Language: en or de (default: the locale's).", valueName: "language"))
    var lang: String?

    @Flag(help: "Print changes as lines and read commands as lines: for screen readers, braille and pipes.")
    var linear = false

    @Flag(help: "Send desktop notifications too, where the terminal can show them (OSC 9 and 777).")
    var notify = false

    @Option(help: ArgumentHelp("Keys of your own (default: ~/.config/pbx-x/keys.toml).", valueName: "file"))
    var keys: String?
}
