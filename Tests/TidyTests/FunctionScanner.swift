/// Finds function bodies in blanked source by counting brackets.
enum FunctionScanner {
    struct Function: Equatable {
        let name: String
        let line: Int
        /// Lines between the braces.
        let bodyLines: Int
    }

    static func functions(in source: SwiftText) -> [Function] {
        let lines = source.lines
        return lines.indices.compactMap { index in
            guard let name = declaredName(in: lines[index]) else { return nil }
            return bodyLines(from: index, in: lines).map { Function(name: name, line: index + 1, bodyLines: $0) }
        }
    }

    /// `render` for `package static func render(…`, `init` for `package init(…`; nil when the line declares nothing.
    private static func declaredName(in line: Substring) -> String? {
        let words = line.split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "@" || $0 == ".") }
        if let position = words.firstIndex(of: "func") {
            return words.indices.contains(position + 1) ? String(words[position + 1]) : "operator"
        }
        let modifiers: Set<Substring> = ["package", "private", "fileprivate", "internal", "convenience", "required"]
        let first = words.drop { modifiers.contains($0) }.first
        return first == "init" || first == "deinit" ? first.map(String.init) : nil
    }

    /// Counts to the brace that closes the first one opened; nil for a declaration without a body.
    private static func bodyLines(from start: Int, in lines: [Substring]) -> Int? {
        var roundDepth = 0
        var curlyDepth = 0
        var openLine: Int?
        for index in start..<lines.count {
            for character in lines[index] {
                switch character {
                case "(", "[": roundDepth += 1
                case ")", "]": roundDepth -= 1
                case "{":
                    if curlyDepth == 0, roundDepth == 0, openLine == nil { openLine = index }
                    curlyDepth += 1
                case "}":
                    curlyDepth -= 1
                    if curlyDepth == 0, roundDepth == 0, let openLine { return max(0, index - openLine - 1) }
                    if curlyDepth < 0 { return nil }
                default: break
                }
            }
            if openLine == nil, roundDepth == 0, !continues(after: index, in: lines) { return nil }
        }
        return nil
    }

    private static func continues(after index: Int, in lines: [Substring]) -> Bool {
        guard index + 1 < lines.count else { return false }
        let next = lines[index + 1].drop { $0 == " " }
        return ["->", "where ", "throws", "async", "{", ")"].contains { next.hasPrefix($0) }
    }
}
