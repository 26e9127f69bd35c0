import ArgumentParser
import PBXBase

/// The command line of `pbx-phone`.
struct PhoneOptions: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pbx-phone",
        abstract: "A SIP phone for the terminal.",
        discussion: "Registers at any SIP server, places and answers calls. So far it runs without a screen "
            + "(--headless): commands are read from standard input, events are written as JSON lines.",
        version: "pbx-phone \(ProductVersion.text)", subcommands: [AudioCommand.self])

    @Flag(help: "Run without a screen: commands on standard input, events as JSON lines.")
    var headless = false

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

    @Option(help: ArgumentHelp("User name for authentication, where it is not that of the address.", valueName: "name"))
    var authUser: String?

    @Option(help: ArgumentHelp("Name that called people see.", valueName: "name"))
    var displayName: String?

    @Flag(help: "Do not register: only call through the account's server.")
    var noRegister = false

    @Option(help: ArgumentHelp("Call this number or SIP address, and end with the call.", valueName: "target"))
    var call: String?

    @Flag(help: "Answer every call at once.")
    var autoAnswer = false

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

    @Flag(help: "Use microphone and speaker.")
    var sound = false

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

    @Option(help: ArgumentHelp("Encryption of audio: off, prefer or require.", valueName: "policy"))
    var srtp = "off"

    @Option(
        help: ArgumentHelp(
            "How keys are exchanged in calls of ours: sdes (in SDP) or dtls (by handshake, as browsers want it).",
            valueName: "way"))
    var srtpKeys = "sdes"

    @Option(help: ArgumentHelp("Codecs, the best first: opus, G722, PCMA, PCMU.", valueName: "names"))
    var codecs: String?

    @Option(
        help: ArgumentHelp(
            "Own address, perhaps with a port, for SIP over UDP and TCP (default: the one towards each server).",
            valueName: "address"))
    var listen: String?

    @Option(help: ArgumentHelp("UDP ports for audio.", valueName: "first-last"))
    var mediaPorts = "40000-48999"

    @Option(help: ArgumentHelp("Give up a call that nobody answers after so long.", valueName: "seconds"))
    var ringSeconds = 120
}

/// Which devices are meant, for the phone and for trying them.
struct DeviceOptions: ParsableArguments {
    @Option(help: ArgumentHelp("ALSA device of the microphone.", valueName: "device"))
    var capture = "default"

    @Option(help: ArgumentHelp("ALSA device of the speaker.", valueName: "device"))
    var playback = "default"
}
