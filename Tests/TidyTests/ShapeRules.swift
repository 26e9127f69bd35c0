/// Size, width and naming: what keeps a file readable (share/doc/architecture.md §4).
enum ShapeRules {
    static let fileLinesMax = 800
    static let fileLinesWithoutReasonMax = 500
    static let functionLinesMax = 60
    static let lineWidthMax = 120

    /// Files over 500 lines, each with its reason. None may pass 800.
    static let longFiles: [String: String] = [:]

    static func findings(in file: Repository.File, longFiles: [String: String] = longFiles) -> [Finding] {
        let source = SwiftText(file.text)
        return sizeFindings(in: file, longFiles: longFiles) + widthFindings(in: file, source: source)
            + functionFindings(in: file, source: source) + wordFindings(in: file)
            + namingFindings(in: file, source: source)
    }

    private static func sizeFindings(in file: Repository.File, longFiles: [String: String]) -> [Finding] {
        let lines = file.text.split(separator: "\n", omittingEmptySubsequences: false).count - 1
        if lines > fileLinesMax {
            return [
                Finding(file: file.path, line: nil, message: "\(lines) lines, \(fileLinesMax) is the end: split it")
            ]
        }
        if lines > fileLinesWithoutReasonMax, longFiles[file.path] == nil {
            return [
                Finding(file: file.path, line: nil, message: "\(lines) lines need a reason in longFiles, or a split")
            ]
        }
        if lines <= fileLinesWithoutReasonMax, longFiles[file.path] != nil {
            return [Finding(file: file.path, line: nil, message: "no longer needs its entry in longFiles")]
        }
        return []
    }

    /// Lines inside a literal are somebody's data and as wide as they are.
    private static func widthFindings(in file: Repository.File, source: SwiftText) -> [Finding] {
        let lines = file.text.split(separator: "\n", omittingEmptySubsequences: false)
        return zip(lines, source.lines).enumerated().compactMap { index, pair in
            let (line, code) = pair
            let isInsideLiteral = code.allSatisfy { $0 == " " } && !line.drop { $0 == " " }.hasPrefix("//")
            guard line.count > lineWidthMax, !isInsideLiteral else { return nil }
            return Finding(
                file: file.path, line: index + 1, message: "\(line.count) columns, \(lineWidthMax) is the end")
        }
    }

    /// Functions and initialisers whose body is longer than a screen; a test may be as long as its story.
    private static func functionFindings(in file: Repository.File, source: SwiftText) -> [Finding] {
        if file.path.hasPrefix("Tests/"), !file.path.hasPrefix("Tests/Support/") { return [] }
        return FunctionScanner.functions(in: source).compactMap { function in
            guard function.bodyLines > functionLinesMax else { return nil }
            let message = "\(function.name) has \(function.bodyLines) lines, \(functionLinesMax) is the end: split it"
            return Finding(file: file.path, line: function.line, message: message)
        }
    }

    /// Marks of unfinished work, and licence headers: the licence stands in LICENSE, once.
    private static func wordFindings(in file: Repository.File) -> [Finding] {
        let banned: Set<Substring> = [
            "TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK", "Copy" + "right", "SP" + "DX",
        ]
        return file.text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().flatMap { index, line in
            line.split { !$0.isLetter }.filter(banned.contains).map {
                Finding(file: file.path, line: index + 1, message: "\"\($0)\" has no place in a source file")
            }
        }
    }

    /// A type named like its target hides the module's name.
    private static func namingFindings(in file: Repository.File, source: SwiftText) -> [Finding] {
        let kinds: Set<String> = ["struct", "class", "enum", "protocol", "actor", "typealias"]
        return zip(source.words, source.words.dropFirst()).compactMap { kind, name in
            guard kinds.contains(kind.name), name.name == file.target else { return nil }
            return Finding(file: file.path, line: name.line, message: "\(name.name) is named like its target")
        }
    }
}
