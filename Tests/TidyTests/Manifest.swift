import Foundation

/// The targets of `Package.swift`, read as text: asking SwiftPM takes seconds, and the manifest is one plain list.
struct Manifest {
    struct Target: Equatable {
        let name: String
        /// What makes it: `logic`, `edge`, `program`, `tests`, `support`, `benchmark`, `.target`, `.systemLibrary`.
        let kind: String
        let dependencies: Set<String>

        var isTest: Bool { ["tests", "support", "benchmark"].contains(kind) }
    }

    let targets: [Target]

    /// `package`: the text of `Package.swift`.
    init(parsing package: String) {
        let list = package.components(separatedBy: "targets: [").last ?? ""
        let products = Self.products(in: package)
        var targets: [Target] = []
        let entry = /(?m)^ {8}(logic|edge|program|tests|support|benchmark|\.\w+)\(\s*(?:name: )?"([\w-]+)"/
        let starts = list.matches(of: entry)
        for (position, match) in starts.enumerated() {
            let end = position + 1 < starts.count ? starts[position + 1].range.lowerBound : list.endIndex
            let rest = list[match.range.upperBound..<end]
            targets.append(
                Target(
                    name: String(match.2), kind: String(match.1),
                    dependencies: Self.dependencies(in: String(rest), products: products)))
        }
        self.targets = targets
    }

    /// `let nioCore: Target.Dependency = .product(name: "NIOCore", …` → `nioCore`: `NIOCore`.
    private static func products(in package: String) -> [String: String] {
        let definition = /let (\w+): Target\.Dependency = \.product\(name: "(\w+)"/
        return Dictionary(
            package.matches(of: definition).map { (String($0.1), String($0.2)) },
            uniquingKeysWith: { first, _ in first })
    }

    private static func dependencies(in text: String, products: [String: String]) -> Set<String> {
        guard let open = text.firstIndex(of: "["), let close = text[open...].firstIndex(of: "]"),
            !text[..<open].contains("resources:"), !text[..<open].contains("ettings:")
        else { return [] }
        let words = text[text.index(after: open)..<close].split { ", \n".contains($0) }
        return Set(
            words.map { word in
                word.hasPrefix("\"") ? String(word.dropFirst().dropLast()) : products[String(word)] ?? String(word)
            })
    }
}
