/// Checks of who imports whom: of the manifest against the table, and of each import line against both.
enum LayeringRules {
    /// `import` lines of a file: module name and line.
    static func imports(in text: SwiftText) -> [(module: String, line: Int)] {
        let kinds: Set<String> = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
        var found: [(String, Int)] = []
        for (index, word) in text.words.enumerated() where word.name == "import" && word.before != "." {
            let rest = text.words[(index + 1)...].prefix { $0.line == word.line }
            if let module = rest.first(where: { !kinds.contains($0.name) }) { found.append((module.name, word.line)) }
        }
        return found
    }

    /// Undeclared (transitive ones among them) and forbidden imports of one file.
    static func findings(in file: Repository.File, manifest: Manifest, rows: [LayerRow]) -> [Finding] {
        let target = file.target
        guard let declared = manifest.targets.first(where: { $0.name == target }) else {
            return [Finding(file: file.path, line: nil, message: "no target \"\(target)\" in Package.swift")]
        }
        let layer = rows.first { $0.target == target }?.layer ?? .program
        var system = LayerTable.systemModules(for: layer)
        if declared.isTest { system.insert("Testing") }
        return imports(in: SwiftText(file.text)).compactMap { module, line in
            if declared.dependencies.contains(module) || system.contains(module) { return nil }
            let message = "\(target) imports \(module), which it does not declare in Package.swift or may not use"
            return Finding(file: file.path, line: line, message: message)
        }
    }

    /// Declared dependencies that the table forbids, and targets that stand in one list only.
    static func findings(in manifest: Manifest, rows: [LayerRow]) -> [Finding] {
        var findings: [Finding] = []
        func report(_ message: String) { findings.append(Finding(file: "Package.swift", line: nil, message: message)) }
        for target in manifest.targets where !target.isTest {
            guard let row = rows.first(where: { $0.target == target.name }) else {
                report("target \"\(target.name)\" has no row in the layer table")
                continue
            }
            for extra in target.dependencies.subtracting(row.targets.union(row.modules)).sorted() {
                report("\(target.name) may not depend on \(extra)")
            }
            if row.layer.isPure != (target.kind == "logic") {
                report("\(target.name) is declared with \(target.kind)(…), which does not fit its layer")
            }
        }
        for row in rows where !manifest.targets.contains(where: { $0.name == row.target }) {
            report("layer table has a row for \"\(row.target)\", which is no target")
        }
        return findings
    }

    /// Rows that would let a target import upwards, or sideways without an arrow.
    static func findings(in rows: [LayerRow], arrows: [String: Set<String>]) -> [Finding] {
        let layers = Dictionary(rows.map { ($0.target, $0.layer) }, uniquingKeysWith: { first, _ in first })
        var findings: [Finding] = []
        for row in rows {
            for name in row.targets.sorted() {
                let isDown = layers[name].map { $0 < row.layer } ?? false
                let isAlongArrow = layers[name] == row.layer && arrows[row.target]?.contains(name) == true
                if isDown || isAlongArrow { continue }
                findings.append(
                    Finding(file: "LayerTable", line: nil, message: "\(row.target) → \(name) does not point down"))
            }
        }
        return findings
    }
}
