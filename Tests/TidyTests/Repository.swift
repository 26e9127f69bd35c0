import Foundation

/// The files of this repository as the tests read them; folders of the build system are left out.
struct Repository {
    struct File {
        /// Relative to the root, e.g. `Sources/PBXBase/Instant.swift`.
        let path: String
        let text: String

        /// `PBXBase` for `Sources/PBXBase/Instant.swift`, `Simulation` for `Tests/Support/Simulation/Phone.swift` and
        /// `StoreBenchmark` for `Tests/Benchmarks/Store/main.swift`.
        var target: String { Repository.target(of: path) }
    }

    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static func text(of path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    /// Every Swift file below `folders`, ordered by path.
    static func swiftFiles(in folders: [String]) throws -> [File] {
        var files: [File] = []
        for folder in folders {
            let start = root.appendingPathComponent(folder)
            for path in try FileManager.default.subpathsOfDirectory(atPath: start.path).sorted()
            where path.hasSuffix(".swift") {
                files.append(File(path: "\(folder)/\(path)", text: try text(of: "\(folder)/\(path)")))
            }
        }
        return files
    }

    static func target(of path: String) -> String {
        let parts = path.split(separator: "/")
        guard parts.count > 2, parts[0] == "Tests" else { return parts.count > 1 ? String(parts[1]) : "" }
        switch parts[1] {
        case "Support": return String(parts[2])
        case "Benchmarks": return "\(parts[2])Benchmark"
        default: return String(parts[1])
        }
    }
}
