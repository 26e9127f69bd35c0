import ArgumentParser
import PBXBase

/// The command line of `pbx-phone`.
struct PhoneOptions: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pbx-phone",
        abstract: "A SIP phone for the terminal.",
        discussion: "Registers at any SIP server, places and answers calls, and keeps their history; ? shows the keys. "
            + "Accounts, devices and more can be written into ~/.config/pbx-x/phone.toml, which options override.",
        version: "pbx-phone \(ProductVersion.text)", subcommands: [AudioCommand.self])

    @Flag(help: "Run without a screen: commands on standard input, events as JSON lines.")
    var headless = false

    @Flag(help: "Print changes as lines and read commands as lines: for screen readers, braille and pipes.")
    var linear = false

    @Option(
        help: ArgumentHelp(
            "Register as your extension at the daemon with this control socket; without --account, the one running.",
            valueName: "path"), completion: .file())
    var socket: String?

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "An account, such as sip:101@pbx.example or sip:101@pbx.example;transport=tls; may be repeated.",
            valueName: "address"))
    var account: [String] = []

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "File whose first line is the password of the account in the same place.", valueName: "file"),
        completion: .file())
    var passwordFile: [String] = []

    @Option(
        help: ArgumentHelp("Environment variable with the password of the first account.", valueName: "variable"))
    var passwordEnv = "PBX_PHONE_PASSWORD"

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "User name for authentication of the account in the same place, where it is not that of the address.",
            valueName: "name"))
    var authUser: [String] = []

    @Option(help: ArgumentHelp("Name that called people see.", valueName: "name"))
    var displayName: String?

    @Flag(help: "Do not register: only call through the account's server.")
    var noRegister = false

    @Option(
        help: ArgumentHelp("Call this number or SIP address; without a screen, end with the call.", valueName: "target")
    )
    var call: String?

    @Flag(help: "Answer every call at once.")
    var autoAnswer = false

    @Flag(help: "Ring for every call, even where the exchange asks to answer by itself (intercom).")
    var noIntercom = false

    @Option(
        help: ArgumentHelp(
            "Sound file that peers hear, again and again, in place of a microphone.", valueName: "file"),
        completion: .file())
    var play: String?

    @Option(
        help: ArgumentHelp(
            "New WAV file for what the peer says; further calls get a number before the extension.",
            valueName: "file"), completion: .file())
    var record: String?

    @Flag(
        inversion: .prefixedNo,
        help: "Use microphone and speaker (default: with the screen, where --play does not take their place).")
    var sound: Bool?

    @OptionGroup var devices: DeviceOptions

    @Option(
        help: ArgumentHelp(
            "ALSA device that rings (default: the speaker's; none: no ringing).", valueName: "device"))
    var ringDevice: String?

    @Option(
        help: ArgumentHelp(
            "ALSA device that tells of waiting calls and messages (default: the speaker's; none: nothing does).",
            valueName: "device"))
    var alertDevice: String?

    @Flag(help: "Leave the microphone as it is: no echo cancelling, noise suppression and levelling.")
    var rawMicrophone = false

    @Option(
        help: ArgumentHelp(
            "PEM file with the authorities whose certificates servers may show (default: the system's).",
            valueName: "file"), completion: .file())
    var tlsCA: String?

    @Option(help: ArgumentHelp("Encryption of audio: off (default), prefer or require.", valueName: "policy"))
    var srtp: String?

    @Option(
        help: ArgumentHelp(
            "How keys are exchanged in calls of ours: sdes (default, in SDP) or dtls (by handshake, as browsers do).",
            valueName: "way"))
    var srtpKeys: String?

    @Option(help: ArgumentHelp("Codecs, the best first: opus, G722, PCMA, PCMU.", valueName: "names"))
    var codecs: String?

    @Option(
        help: ArgumentHelp(
            "Own address, perhaps with a port, for SIP over UDP and TCP (default: the one towards each server).",
            valueName: "address"))
    var listen: String?

    @Option(help: ArgumentHelp("UDP ports for audio (default: 40000-48999).", valueName: "first-last"))
    var mediaPorts: String?

    @Option(
        help: ArgumentHelp("Give up a call that nobody answers after so long (default: 120).", valueName: "seconds"))
    var ringSeconds: Int?

    @Option(help: ArgumentHelp("Language of the screen: en or de (default: the locale's).", valueName: "language"))
    var lang: String?

    @Flag(help: "Send desktop notifications too, where the terminal can show them (OSC 9 and 777).")
    var notify = false

    @Option(
        help: ArgumentHelp(
            "Settings (default: ~/.config/pbx-x/phone.toml; without a screen none).", valueName: "file"),
        completion: .file())
    var config: String?

    @Option(
        help: ArgumentHelp("Keys of your own (default: ~/.config/pbx-x/keys.toml).", valueName: "file"),
        completion: .file())
    var keys: String?

    @Option(
        help: ArgumentHelp("Phone book (default: ~/.config/pbx-x/phonebook.toml).", valueName: "file"),
        completion: .file())
    var phonebook: String?
}

extension PhoneOptions {
    /// Microphone and speaker are in use.
    var usesSound: Bool { sound ?? (!headless && play == nil) }

    func authUser(of account: Int) -> String? {
        authUser.indices.contains(account) && !authUser[account].isEmpty ? authUser[account] : nil
    }
}

/// Which devices are meant, for the phone and for trying them.
struct DeviceOptions: ParsableArguments {
    /// What PipeWire and PulseAudio take over where they run.
    static let factoryDevice = "default"

    @Option(help: ArgumentHelp("ALSA device of the microphone (default: \"default\").", valueName: "device"))
    var capture: String?

    @Option(help: ArgumentHelp("ALSA device of the speaker (default: \"default\").", valueName: "device"))
    var playback: String?

    var captureDevice: String { capture ?? Self.factoryDevice }
    var playbackDevice: String { playback ?? Self.factoryDevice }
}
