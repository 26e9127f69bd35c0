import Foundation
import Testing

@testable import PBXServer

/// The folder of the run-time state: ours alone, or nothing.
@Suite struct StateDirectoryTests {
    private let path = FileManager.default.temporaryDirectory
        .appendingPathComponent("pbx-state-\(UUID().uuidString)").path

    private func refusal(_ path: String) -> String? {
        do {
            _ = try StateDirectory(path: path)
            return nil
        } catch {
            return error.description
        }
    }

    @Test func `it is made when it is missing, for its owner only`() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        let state = try StateDirectory(path: path)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o700)
        #expect(state.database == path + "/pbx.db")
    }

    @Test func `one daemon at a time`() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        var first: StateDirectory? = try StateDirectory(path: path)
        #expect(first != nil)
        #expect(refusal(path)?.contains("is in use by another pbxd") == true)
        first = nil
        #expect(refusal(path) == nil)
    }

    @Test func `a file or a link is not a folder`() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data().write(to: URL(fileURLWithPath: path))
        #expect(refusal(path)?.contains("is not a folder") == true)
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/tmp")
        #expect(refusal(path)?.contains("is not a folder") == true)
    }

    @Test func `a folder of somebody else is refused`() throws {
        // Whoever is not root finds a folder of somebody else at the root.
        let isRoot = geteuid() == 0
        if isRoot {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
            #expect(chown(path, 65_534, 65_534) == 0)
        }
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(refusal(isRoot ? path : "/")?.contains("belongs to another user") == true)
    }

    @Test func `a place that cannot be written says so`() {
        #expect(refusal("/proc/pbx-state")?.contains("cannot be made") == true)
    }
}
