import Foundation
import PBXModel
import Testing

@testable import PBXConfig

/// `etc/pbx.toml` and `man/pbx.toml.5` are generated from the catalogue and committed. `PBX_X_RECORD=1 swift test
/// --filter GeneratedFilesTests` writes them anew; review the difference like code.
struct GeneratedFilesTests {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    @Test(arguments: [("etc/pbx.toml", SettingsExample.text), ("man/pbx.toml.5", SettingsManual.text)])
    func committedFilesMatchTheCatalogue(_ path: String, _ text: String) throws {
        let file = Self.root.appendingPathComponent(path)
        if ProcessInfo.processInfo.environment["PBX_X_RECORD"] != nil {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        let committed = try String(contentsOf: file, encoding: .utf8)
        #expect(committed == text, "record \(path) again")
    }

    @Test func theExampleLoadsAsItIs() throws {
        let loaded = try loader.load(texts: [("pbx.toml", SettingsExample.text)])
        #expect(loaded.origins == [:])
        #expect(loaded.warnings.count == 1)
    }

    @Test func theExampleWithEveryLineEnabledHasNoUnknownSettingAndNoBadValue() throws {
        let lines = SettingsExample.text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            let body = line.hasPrefix("# ") ? line.dropFirst(2) : line
            let isSetting =
                body.hasPrefix("[") || body.hasPrefix("]") || body.hasPrefix("  \"")
                || body.split(separator: "=").first.map { !$0.dropLast().contains(" ") && body.contains(" = ") } == true
            return isSetting ? String(body) : ""
        }
        let toml = lines.joined(separator: "\n") + "\n[extensions.102]\npassword = \"violet harbour\"\n"
        let loaded = try loader.load(texts: [("pbx.toml", toml)])
        #expect(loaded.warnings == [])
        #expect(loaded.directory.extensions.count == 2)
        #expect(loaded.directory.ringGroups["500"]?.members == ["101", "102"])
        // Everything with a default is shown at it.
        #expect(loaded.directory.sip == (try loader.load(texts: [("pbx.toml", "")]).directory.sip))
        #expect(loaded.directory.limits == (try loader.load(texts: [("pbx.toml", "")]).directory.limits))
    }

    @Test func everySettingIsDescribedOnce() {
        for section in SettingsCatalogue.sections {
            #expect(!section.help.isEmpty && section.help.hasSuffix("."))
            #expect(Set(section.settings.map(\.key)).count == section.settings.count)
            for setting in section.settings {
                #expect(setting.help.hasSuffix("."), "\(section.name).\(setting.key)")
                #expect(setting.key.allSatisfy { $0.isLowercase || $0.isNumber || $0 == "-" })
            }
        }
    }
}
