import PBXConfig
import PBXModel
import SIPUserAgent

/// Where the configuration comes from, and the one way to read it.
enum ConfigurationSource: Sendable {
    /// `pbx.toml`, with `conf.d/*.toml` beside it.
    case file(String)
    case demo(DemoConfiguration)

    var isDemo: Bool {
        switch self {
        case .file: false
        case .demo: true
        }
    }

    /// For status and reports.
    var name: String {
        switch self {
        case .file(let path): path
        case .demo: "demo"
        }
    }

    func load() throws(ConfigurationError) -> LoadedConfiguration {
        let loader = ConfigurationLoader(factory: .installed) { user, realm, password in
            let secret = digestSecret(user: user, realm: realm, password: password)
            return DigestSecret(md5: secret.md5, sha256: secret.sha256)
        }
        switch self {
        case .file(let path): return try loader.load(path: path)
        case .demo(let demo): return try loader.load(demo: demo)
        }
    }
}
