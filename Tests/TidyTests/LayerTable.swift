/// The rows of the architecture's picture, lowest first (share/doc/architecture.md §2).
enum Layer: Int, Comparable {
    case foreign, base, grammar, machine, call, feature, exchange, edge, application, program

    static func < (left: Layer, right: Layer) -> Bool { left.rawValue < right.rawValue }

    /// No socket, file, clock, logger, lock, task or random generator below the edges.
    var isPure: Bool { self >= .base && self <= .exchange }
}

/// What one target may import: the table of share/doc/architecture.md §3 as data.
/// A target that is added, or that needs a new import, gets its row here and there in the same change.
struct LayerRow {
    let target: String
    let layer: Layer
    /// Targets of ours.
    let targets: Set<String>
    /// Modules of other packages.
    let modules: Set<String>

    init(_ target: String, _ layer: Layer, _ targets: Set<String> = [], modules: Set<String> = []) {
        self.target = target
        self.layer = layer
        self.targets = targets
        self.modules = modules
    }
}

enum LayerTable {
    static let rows: [LayerRow] = [
        LayerRow("CTOML", .foreign),
        LayerRow("CLinuxNet", .foreign),
        LayerRow("COpenSSL", .foreign),
        LayerRow("COpus", .foreign),
        LayerRow("CSpanDSP", .foreign),
        LayerRow("CNcursesw", .foreign),
        LayerRow("CALSA", .foreign),
        LayerRow("CSpeexDSP", .foreign),

        LayerRow("PBXBase", .base),

        LayerRow("SIPGrammar", .grammar, ["PBXBase"]),
        LayerRow("SDPGrammar", .grammar, ["PBXBase"]),
        LayerRow("RTPGrammar", .grammar, ["PBXBase"]),

        LayerRow("SIPTransaction", .machine, ["SIPGrammar", "PBXBase"]),
        LayerRow("SIPDialog", .machine, ["SIPTransaction", "SIPGrammar", "PBXBase"]),
        LayerRow(
            "SIPUserAgent", .machine, ["SIPDialog", "SIPTransaction", "SIPGrammar", "PBXBase"], modules: ["Crypto"]),
        LayerRow("MediaControl", .machine, ["PBXBase"]),
        LayerRow("SDPNegotiation", .machine, ["SDPGrammar", "MediaControl", "PBXBase"]),
        LayerRow("AudioDSP", .machine, ["MediaControl", "RTPGrammar", "PBXBase", "COpus", "CSpanDSP"]),

        LayerRow("PBXModel", .call, ["PBXBase"]),
        LayerRow("Routing", .call, ["PBXModel", "PBXBase"]),
        LayerRow(
            "CallControl", .call,
            [
                "Routing", "PBXModel", "SIPUserAgent", "SIPDialog", "SIPGrammar", "SDPNegotiation", "MediaControl",
                "PBXBase",
            ]),

        LayerRow("Registration", .feature, ["PBXModel", "SIPUserAgent", "SIPGrammar", "PBXBase"]),
        LayerRow("ControlProtocol", .feature, ["PBXModel", "PBXBase"]),

        LayerRow("TerminalUI", .grammar, ["PBXBase"]),

        LayerRow(
            "PBXCore", .exchange,
            [
                "CallControl", "Registration", "ControlProtocol", "Routing", "PBXModel", "SIPUserAgent", "SIPDialog",
                "SIPTransaction", "SIPGrammar", "SDPNegotiation", "MediaControl", "PBXBase",
            ]),

        LayerRow(
            "SIPTransport", .edge, ["SIPGrammar", "PBXBase"], modules: ["NIOCore", "NIOPosix", "NIOTLS", "NIOSSL"]),
        LayerRow(
            "MediaEngine", .edge,
            ["MediaSecurity", "MediaControl", "AudioDSP", "RTPGrammar", "PBXBase", "CLinuxNet"]),
        LayerRow("MediaSecurity", .edge, ["MediaControl", "RTPGrammar", "PBXBase", "COpenSSL"]),
        LayerRow("AudioIO", .edge, ["AudioDSP", "MediaControl", "RTPGrammar", "PBXBase", "CALSA", "CSpeexDSP"]),
        LayerRow("Store", .edge, ["PBXModel", "PBXBase"], modules: ["GRDB"]),
        LayerRow("PBXConfig", .edge, ["PBXModel", "PBXBase", "CTOML"]),
        LayerRow("CursesBackend", .edge, ["TerminalUI", "PBXBase", "CNcursesw"]),
        LayerRow(
            "ControlSocket", .edge, ["ControlProtocol", "PBXModel", "PBXBase"], modules: ["NIOCore", "NIOPosix"]),

        LayerRow(
            "SelfTest", .application,
            [
                "SIPUserAgent", "SIPDialog", "SIPTransaction", "SIPGrammar", "SDPNegotiation", "SDPGrammar",
                "MediaControl", "SIPTransport", "AudioDSP", "RTPGrammar", "ControlSocket", "ControlProtocol",
                "PBXModel",
                "PBXBase",
            ], modules: ["NIOCore", "NIOPosix"]),
        LayerRow(
            "AdminCLI", .application, ["SelfTest", "ControlSocket", "ControlProtocol", "PBXModel", "PBXBase"],
            modules: ["ArgumentParser"]),
        LayerRow(
            "PBXServer", .application,
            [
                "PBXCore", "CallControl", "Registration", "ControlProtocol", "Routing", "PBXModel", "SIPUserAgent",
                "SIPGrammar", "MediaControl", "PBXBase", "SIPTransport", "MediaEngine", "Store", "PBXConfig",
                "ControlSocket",
            ], modules: ["NIOCore", "NIOPosix", "Logging", "ArgumentParser"]),

        LayerRow(
            "ConsoleApp", .application,
            [
                "CursesBackend", "TerminalUI", "ControlSocket", "ControlProtocol", "PBXConfig", "PBXModel", "PBXBase",
            ], modules: ["NIOCore", "NIOPosix", "ArgumentParser"]),

        LayerRow(
            "PhoneApp", .application,
            [
                "SIPUserAgent", "SIPDialog", "SIPTransaction", "SIPGrammar", "SDPNegotiation", "MediaControl",
                "SIPTransport", "MediaEngine", "AudioIO", "CursesBackend", "TerminalUI", "PBXConfig", "ControlSocket",
                "ControlProtocol", "PBXModel", "PBXBase",
            ], modules: ["NIOCore", "NIOPosix", "ArgumentParser"]),

        LayerRow("pbxd", .program, ["PBXServer"]),
        LayerRow("pbxctl", .program, ["AdminCLI"]),
        LayerRow("pbx-console", .program, ["ConsoleApp"]),
        LayerRow("pbx-phone", .program, ["PhoneApp"]),
    ]

    /// Arrows inside one row of the picture, `A` → what it may import there.
    static let arrows: [String: Set<String>] = [
        "SIPDialog": ["SIPTransaction"],
        "SIPUserAgent": ["SIPDialog", "SIPTransaction"],
        "SDPNegotiation": ["MediaControl"],
        "AudioDSP": ["MediaControl"],
        "Routing": ["PBXModel"],
        "CallControl": ["Routing", "PBXModel"],
        "MediaEngine": ["MediaSecurity"],
        "AdminCLI": ["SelfTest"],
    ]

    /// Modules of the system and the toolchain that sources may import, besides the standard library.
    static func systemModules(for layer: Layer) -> Set<String> {
        layer.isPure ? [] : ["Foundation", "FoundationEssentials", "Glibc", "Synchronization", "Dispatch"]
    }
}
