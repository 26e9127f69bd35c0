import Foundation
import Testing

@testable import PBXConfig

/// A folder of its own under the temporary one, gone with the value.
final class TemporaryFolder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "pbx-config-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path + "/conf.d", withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ name: String, _ text: String, mode: Int = 0o640) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: "\(path)/\(name)")
    }
}

struct ConfigFilesTests {
    private func findings(_ path: String) -> [String] {
        do throws(ConfigurationError) {
            return try loader.load(path: path).warnings.map(\.description)
        } catch {
            return error.findings.map(\.description)
        }
    }

    @Test func filesAreReadInByteOrderAndOthersAreLeftAlone() throws {
        let folder = try TemporaryFolder()
        try folder.write("pbx.toml", "")
        for name in ["b.toml", "B.toml", "10.toml", "9.toml", ".hidden.toml", "a.toml~", "a.bak"] {
            try folder.write("conf.d/\(name)", name.hasSuffix(".toml") && !name.hasPrefix(".") ? "" : "not toml")
        }
        let loaded = try loader.load(path: folder.path + "/pbx.toml")
        #expect(
            loaded.files
                == ["pbx.toml", "conf.d/10.toml", "conf.d/9.toml", "conf.d/B.toml", "conf.d/b.toml"].map {
                    "\(folder.path)/\($0)"
                })
        #expect(try loader.load(path: folder.path).files == loaded.files)
    }

    @Test func aMissingMainFileIsSaidAndTheOthersAreCheckedAllTheSame() throws {
        let folder = try TemporaryFolder()
        try folder.write("conf.d/a.toml", "[log]\nlevel = \"loud\"\n")
        #expect(
            findings(folder.path) == [
                "\(folder.path)/pbx.toml: cannot be read: no such file (name another with --config, or try --demo)",
                "\(folder.path)/conf.d/a.toml:2:9: level in [log] is \"loud\", but must be one of trace, debug, "
                    + "info, notice, "
                    + "warning, error, critical",
            ])
    }

    @Test func whatIsNoFileOrTooLongIsRefused() throws {
        let folder = try TemporaryFolder()
        try folder.write("pbx.toml", "")
        try FileManager.default.createDirectory(
            atPath: folder.path + "/conf.d/a.toml", withIntermediateDirectories: true)
        #expect(mkfifo(folder.path + "/conf.d/b.toml", 0o600) == 0)
        try folder.write("conf.d/c.toml", String(repeating: "# padding\n", count: ConfigFiles.fileBytesMax / 10 + 1))
        #expect(
            findings(folder.path) == [
                "\(folder.path)/conf.d/a.toml: is not a file",
                "\(folder.path)/conf.d/b.toml: is not a file",
                "\(folder.path)/conf.d/c.toml: is longer than \(ConfigFiles.fileBytesMax) bytes "
                    + "(split it into several in conf.d)",
            ])
    }

    @Test func passwordsThatEverybodyMayReadAreWarnedOf() throws {
        let folder = try TemporaryFolder()
        try folder.write("pbx.toml", "[extensions.101]\npassword = \"copper lantern\"\n", mode: 0o644)
        #expect(
            findings(folder.path) == [
                "\(folder.path)/pbx.toml: warning: holds passwords and can be read by every user of this machine "
                    + "(chmod 640, group of the daemon)"
            ])
        try folder.write("pbx.toml", "[extensions.101]\npassword = \"copper lantern\"\n", mode: 0o640)
        #expect(findings(folder.path) == [])
    }
}
