import Foundation

/// The files beside these tests.
enum Fixture {
    private static var folder: URL { Bundle.module.bundleURL.appending(path: "Fixtures") }

    static func bytes(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: folder.appending(path: path)))
    }

    static func names(_ path: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.appending(path: path).path)
    }
}
