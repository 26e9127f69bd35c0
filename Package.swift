// swift-tools-version: 6.2
// PBX-X: a terminal-first PBX. The target map and what each may import is share/doc/architecture.md §3;
// Tests/TidyTests compares this manifest and every import line with it.
import PackageDescription

let common: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    // Base containers (timers, queues) are generic and used from every machine: without this they run unspecialised.
    .unsafeFlags(["-cross-module-optimization"], .when(configuration: .release)),
]
/// Grammar, machines and domain: no I/O, and every unsafe operation marked.
let pure: [SwiftSetting] = common + [.strictMemorySafety()]

func logic(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: pure)
}

func edge(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: common)
}

func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: dependencies, swiftSettings: common)
}

func tests(
    _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = [], resources: [Resource] = []
) -> Target {
    .testTarget(
        name: name, dependencies: dependencies, exclude: exclude, resources: resources, swiftSettings: common)
}

func support(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, path: "Tests/Support/\(name)", swiftSettings: common)
}

/// C that only tests or benchmarks link.
func cSupport(_ name: String, folder: String) -> Target {
    .target(name: name, path: "Tests/\(folder)/\(name)", cSettings: [.define("_GNU_SOURCE")])
}

/// A library of the system that only tests or benchmarks link.
func cSupportLibrary(_ name: String) -> Target {
    .systemLibrary(name: name, path: "Tests/Support/\(name)")
}

/// Benchmarks are targets of this package, outside its products, as another package could not see `package` symbols.
func benchmark(_ name: String, folder: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(
        name: name, dependencies: dependencies, path: "Tests/Benchmarks/\(folder)", swiftSettings: common)
}

let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioConcurrency: Target.Dependency = .product(name: "NIOConcurrencyHelpers", package: "swift-nio")
let nioTLS: Target.Dependency = .product(name: "NIOTLS", package: "swift-nio")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "pbx-x",
    products: [
        .executable(name: "pbxd", targets: ["pbxd"]),
        .executable(name: "pbxctl", targets: ["pbxctl"]),
        .executable(name: "pbx-console", targets: ["pbx-console"]),
        .executable(name: "pbx-phone", targets: ["pbx-phone"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    ],
    targets: [
        // C and C++: thin wrappers, no logic.
        .target(name: "CTOML", cxxSettings: [.define("TOML_EXCEPTIONS", to: "0")]),
        .systemLibrary(name: "CNcursesw"),
        .target(name: "CLinuxNet", cSettings: [.define("_GNU_SOURCE")]),
        .systemLibrary(name: "COpenSSL"),
        .systemLibrary(name: "COpus"),
        .systemLibrary(name: "CSpanDSP"),
        .systemLibrary(name: "CALSA"),
        .systemLibrary(name: "CSpeexDSP"),

        // Base.
        logic("PBXBase"),

        // Grammar.
        logic("SIPGrammar", ["PBXBase"]),
        logic("SDPGrammar", ["PBXBase"]),
        logic("RTPGrammar", ["PBXBase"]),

        // Machines.
        logic("SIPTransaction", ["SIPGrammar", "PBXBase"]),
        logic("SIPDialog", ["SIPTransaction", "SIPGrammar", "PBXBase"]),
        logic("SIPUserAgent", ["SIPDialog", "SIPTransaction", "SIPGrammar", "PBXBase", crypto]),
        logic("MediaControl", ["PBXBase"]),
        logic("SDPNegotiation", ["SDPGrammar", "MediaControl", "PBXBase"]),
        logic("AudioDSP", ["MediaControl", "RTPGrammar", "PBXBase", "COpus", "CSpanDSP"]),

        // Calls and features.
        logic("PBXModel", ["PBXBase"]),
        logic("Routing", ["PBXModel", "PBXBase"]),
        logic(
            "CallControl",
            [
                "Routing", "PBXModel", "SIPUserAgent", "SIPDialog", "SIPGrammar", "SDPNegotiation", "MediaControl",
                "PBXBase",
            ]),
        logic("Registration", ["PBXModel", "SIPUserAgent", "SIPGrammar", "PBXBase"]),
        logic("ControlProtocol", ["PBXModel", "PBXBase"]),

        // Terminals: cells and keys, no terminal.
        logic("TerminalUI", ["PBXBase"]),

        // The exchange.
        logic(
            "PBXCore",
            [
                "CallControl", "Registration", "ControlProtocol", "Routing", "PBXModel", "SIPUserAgent", "SIPDialog",
                "SIPTransaction", "SIPGrammar", "SDPNegotiation", "MediaControl", "PBXBase",
            ]),

        // Edges.
        edge("SIPTransport", ["SIPGrammar", "PBXBase", nioCore, nioPosix, nioTLS, nioSSL]),
        edge("MediaEngine", ["MediaSecurity", "MediaControl", "AudioDSP", "RTPGrammar", "PBXBase", "CLinuxNet"]),
        edge("MediaSecurity", ["MediaControl", "RTPGrammar", "PBXBase", "COpenSSL"]),
        edge("AudioIO", ["AudioDSP", "MediaControl", "RTPGrammar", "PBXBase", "CALSA", "CSpeexDSP"]),
        edge("Store", ["PBXModel", "PBXBase", grdb]),
        edge("PBXConfig", ["PBXModel", "PBXBase", "CTOML"]),
        edge("CursesBackend", ["TerminalUI", "PBXBase", "CNcursesw"]),
        edge("ControlSocket", ["ControlProtocol", "PBXModel", "PBXBase", nioCore, nioPosix]),

        // Applications.
        edge(
            "SelfTest",
            [
                "SIPUserAgent", "SIPDialog", "SIPTransaction", "SIPGrammar", "SDPNegotiation", "SDPGrammar",
                "MediaControl",
                "SIPTransport", "AudioDSP", "RTPGrammar", "ControlSocket", "ControlProtocol", "PBXModel", "PBXBase",
                nioCore, nioPosix,
            ]),
        edge("AdminCLI", ["SelfTest", "ControlSocket", "ControlProtocol", "PBXModel", "PBXBase", argumentParser]),
        edge(
            "PBXServer",
            [
                "PBXCore", "CallControl", "Registration", "ControlProtocol", "Routing", "PBXModel", "SIPUserAgent",
                "SIPGrammar",
                "MediaControl", "PBXBase", "SIPTransport", "MediaEngine", "Store", "PBXConfig", "ControlSocket",
                nioCore, nioPosix, logging, argumentParser,
            ]),
        edge(
            "ConsoleApp",
            [
                "CursesBackend", "TerminalUI", "ControlSocket", "ControlProtocol", "PBXConfig", "PBXModel", "PBXBase",
                nioCore, nioPosix, argumentParser,
            ]),
        edge(
            "PhoneApp",
            [
                "SIPUserAgent", "SIPDialog", "SIPTransaction", "SIPGrammar", "SDPNegotiation", "MediaControl",
                "SIPTransport", "MediaEngine", "AudioIO", "CursesBackend", "TerminalUI", "PBXConfig", "ControlSocket",
                "ControlProtocol", "PBXModel", "PBXBase", nioCore, nioPosix, argumentParser,
            ]),
        program("pbxd", ["PBXServer"]),
        program("pbxctl", ["AdminCLI"]),
        program("pbx-console", ["ConsoleApp"]),
        program("pbx-phone", ["PhoneApp"]),

        // Tests.
        support("SystemTestKit", []),
        support(
            "FaxPhoneKit",
            [
                "SystemTestKit", "SIPTransport", "SIPUserAgent", "SIPTransaction", "SIPGrammar", "SDPNegotiation",
                "MediaControl", "AudioDSP", "RTPGrammar", "PBXBase", "CLinuxNet", nioCore,
            ]),
        support("BenchmarkKit", []),
        support("TerminalTestKit", ["TerminalUI", "PBXBase"]),
        support(
            "Simulation",
            [
                "PBXCore", "CallControl", "Registration", "PBXModel", "SIPUserAgent", "SIPGrammar", "SDPGrammar",
                "ControlProtocol", "MediaControl", "PBXBase", crypto,
            ]),
        tests("PBXBaseTests", ["PBXBase"]),
        tests("SIPGrammarTests", ["SIPGrammar", "PBXBase"], resources: [.copy("Fixtures")]),
        tests("SDPGrammarTests", ["SDPGrammar", "PBXBase"]),
        tests("RTPGrammarTests", ["RTPGrammar", "PBXBase"]),
        tests("SIPTransactionTests", ["SIPTransaction", "SIPGrammar", "PBXBase"]),
        tests("SIPUserAgentTests", ["SIPUserAgent", "SIPDialog", "SIPTransaction", "SIPGrammar", "PBXBase"]),
        tests("MediaControlTests", ["MediaControl", "PBXBase"]),
        tests("SDPNegotiationTests", ["SDPNegotiation", "SDPGrammar", "MediaControl", "PBXBase"]),
        tests(
            "AudioDSPTests",
            ["AudioDSP", "MediaControl", "RTPGrammar", "PBXBase", "FaxTestKit", "CSpanDSP", "CAllocationCounter"],
            resources: [.copy("Fixtures")]),
        support("FaxTestKit", ["CSpanDSP"]),
        tests("PBXModelTests", ["PBXModel", "PBXBase"]),
        tests("RoutingTests", ["Routing", "PBXModel", "PBXBase"]),
        tests("RegistrationTests", ["Registration", "PBXModel", "SIPUserAgent", "SIPGrammar", "PBXBase"]),
        tests(
            "PBXCoreTests",
            [
                "PBXCore", "Simulation", "CallControl", "ControlProtocol", "PBXModel", "SIPGrammar", "MediaControl",
                "PBXBase",
            ]),
        tests("ControlProtocolTests", ["ControlProtocol", "PBXModel", "PBXBase"]),
        tests("ControlSocketTests", ["ControlSocket", "ControlProtocol", "PBXModel", "PBXBase", nioCore, nioPosix]),
        tests(
            "SIPTransportTests", ["SIPTransport", "SystemTestKit", "SIPGrammar", "PBXBase", nioCore, nioPosix]),
        cSupport("CAllocationCounter", folder: "Support"),
        tests(
            "MediaEngineTests",
            [
                "MediaEngine", "MediaSecurity", "MediaControl", "AudioDSP", "RTPGrammar", "PBXBase", "FaxTestKit",
                "CAllocationCounter",
            ]),
        cSupportLibrary("CSRTP"),
        cSupport("CVirtualClock", folder: "Support"),
        tests(
            "MediaSecurityTests",
            [
                "MediaSecurity", "MediaControl", "RTPGrammar", "PBXBase", "CSRTP", "CAllocationCounter",
                "CVirtualClock",
            ]),
        tests("StoreTests", ["Store", "PBXModel", "PBXBase", grdb], resources: [.copy("Fixtures")]),
        tests("PBXConfigTests", ["PBXConfig", "PBXModel", "PBXBase"]),
        tests(
            "PBXServerTests",
            ["PBXServer", "ControlProtocol", "ControlSocket", "PBXConfig", "PBXModel", "PBXBase", logging]),
        tests(
            "AdminCLITests",
            [
                "AdminCLI", "pbxctl", "SelfTest", "ControlSocket", "ControlProtocol", "PBXModel", "PBXBase", nioPosix,
                argumentParser,
            ]),
        tests(
            "SelfTestTests",
            ["SelfTest", "ControlProtocol", "PBXModel", "AudioDSP", "RTPGrammar", "PBXBase"]),
        tests(
            "ConsoleAppTests",
            ["ConsoleApp", "TerminalTestKit", "TerminalUI", "ControlProtocol", "PBXModel", "PBXBase"],
            resources: [.copy("Snapshots")]),
        tests(
            "PhoneAppTests",
            [
                "PhoneApp", "AudioIO", "SIPGrammar", "SDPNegotiation", "MediaControl", "CursesBackend",
                "TerminalTestKit", "TerminalUI", "PBXConfig", "PBXBase", argumentParser,
            ], resources: [.copy("Snapshots")]),
        tests("AudioIOTests", ["AudioIO", "PBXBase"]),
        tests("TerminalUITests", ["TerminalUI", "TerminalTestKit", "PBXBase"], resources: [.copy("Snapshots")]),
        tests("TidyTests", []),
        tests(
            "SystemTests", ["SystemTestKit", "FaxPhoneKit", "FaxTestKit", "AudioDSP", nioPosix], exclude: ["Peers"]),

        // Benchmarks, run one by one in a release build.
        cSupport("CBareForwarder", folder: "Benchmarks"),
        benchmark(
            "MediaForwardingBenchmark", folder: "MediaForwarding",
            ["BenchmarkKit", "MediaEngine", "MediaSecurity", "MediaControl", "PBXBase", "CLinuxNet", "CBareForwarder"]),
        benchmark(
            "MediaMixingBenchmark", folder: "MediaMixing",
            ["BenchmarkKit", "AudioDSP", "MediaEngine", "MediaControl", "PBXBase", "CLinuxNet"]),
        benchmark("SRTPBenchmark", folder: "SRTP", ["MediaSecurity", "MediaControl", "PBXBase", "CSRTP"]),
        benchmark("AudioBenchmark", folder: "Audio", ["AudioDSP", "MediaControl", "PBXBase"]),
        benchmark(
            "ConsoleBenchmark", folder: "Console",
            ["ConsoleApp", "TerminalUI", "ControlProtocol", "PBXModel", "PBXBase"]),
        benchmark("StoreBenchmark", folder: "Store", ["Store", "PBXModel", "PBXBase"]),
        benchmark(
            "SoakBenchmark", folder: "Soak",
            [
                "SystemTestKit", "SIPTransport", "SIPUserAgent", "SIPTransaction", "SIPGrammar", "SDPNegotiation",
                "MediaControl", "RTPGrammar", "PBXBase", "CLinuxNet", nioCore, nioPosix,
            ]),
        benchmark(
            "WatchersBenchmark", folder: "Watchers",
            ["SystemTestKit", "ControlSocket", "ControlProtocol"]),
        benchmark(
            "SignallingBenchmark", folder: "Signalling",
            [
                "PBXCore", "PBXModel", "SIPUserAgent", "SIPGrammar", "MediaControl", "PBXBase", "CAllocationCounter",
                crypto,
            ]),
    ],
    cxxLanguageStandard: .cxx17
)
