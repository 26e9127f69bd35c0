import FoundationEssentials
import PBXModel

/// Small files of a user's own in `~/.config/pbx-x`: keys, the phone's accounts, its phone book.
package enum UserFile {
    package static let bytesMax = 1 << 20

    /// Where such a file belongs; nil for a user without a home.
    package static func path(_ name: String, _ environment: [String: String]) -> String? {
        let folder =
            environment["XDG_CONFIG_HOME"].flatMap { $0.isEmpty ? nil : $0 }
            ?? environment["HOME"].map { "\($0)/.config" }
        return folder.map { "\($0)/pbx-x/\(name)" }
    }

    /// The file at `option`, or else where it belongs by its name. nil when it is not there and nobody named it; throws
    /// what is wrong with it, with its place.
    package static func read(
        _ name: String, option: String? = nil, _ environment: [String: String]
    ) throws(ConfigurationError) -> ListFile? {
        guard let path = option ?? path(name, environment) else { return nil }
        guard let data = FileManager.default.contents(atPath: path) else {
            guard option != nil else { return nil }
            throw finding(path, "cannot be read (check its name and permissions)")
        }
        guard data.count <= bytesMax else { throw finding(path, "is longer than \(bytesMax) bytes (shorten it)") }
        return try ListFile(file: path, bytes: Array(data))
    }

    private static func finding(_ path: String, _ message: String) -> ConfigurationError {
        ConfigurationError(findings: [ConfigFinding(.error, ConfigOrigin(file: path, line: 0), message)])
    }
}
