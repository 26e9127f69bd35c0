import ControlProtocol
import Foundation
import Testing

/// Architecture §10: each command has one handler file of its name.
@Suite struct CommandFilesTests {
    @Test func `commands and handler files are the same list`() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Sources/PBXServer/Commands").path
        let files = try Set(FileManager.default.contentsOfDirectory(atPath: folder))
            .subtracting(["CommandHandler.swift"])
        let expected = CommandName.allCases.map { name in
            "\(name.rawValue.prefix(1).uppercased())\(name.rawValue.dropFirst())Command.swift"
        }
        #expect(files == Set(expected))
    }
}
