import Foundation
import Testing

@Suite struct FormatTests {
    private struct Lint {
        let status: Int32
        let output: String
    }

    /// The toolchain's own formatter with this repository's configuration.
    private func lint(_ arguments: [String]) throws -> Lint {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["swift", "format", "lint", "--strict", "--recursive"] + arguments
        process.currentDirectoryURL = Repository.root
        process.standardInput = FileHandle.nullDevice
        process.standardError = output
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return Lint(status: process.terminationStatus, output: text)
    }

    @Test func theTreeIsFormatted() throws {
        let result = try lint(["Package.swift", "Sources", "Tests"])
        #expect(result.status == 0, "run: swift format -i -r Package.swift Sources Tests\n\(result.output)")
    }

    @Test(arguments: ["let   value = 1\n", "let value = first!\n", "import Testing\nimport Foundation\n"])
    func aBadSampleIsRefused(sample: String) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tidy-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("Sample.swift")
        try sample.write(to: file, atomically: true, encoding: .utf8)
        let configuration = Repository.root.appendingPathComponent(".swift-format").path
        #expect(try lint(["--configuration", configuration, file.path]).status == 1)
    }
}
