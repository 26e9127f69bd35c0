import Testing

@Suite struct ShapeRulesTests {
    private func findings(_ text: String, longFiles: [String: String] = [:]) -> [String] {
        let file = Repository.File(path: "Sources/Routing/Sample.swift", text: text)
        return ShapeRules.findings(in: file, longFiles: longFiles).map(\.message)
    }

    private func lines(_ count: Int) -> String { String(repeating: "// a line\n", count: count) }

    @Test func aFileMayHave500LinesMoreWithAReasonAndNever801() {
        let reason = ["Sources/Routing/Sample.swift": "one table"]
        #expect(findings(lines(500)).isEmpty)
        #expect(findings(lines(501)).count == 1)
        #expect(findings(lines(501), longFiles: reason).isEmpty)
        #expect(findings(lines(800), longFiles: reason).isEmpty)
        #expect(findings(lines(801), longFiles: reason).count == 1)
        #expect(findings(lines(10), longFiles: reason) == ["no longer needs its entry in longFiles"])
    }

    @Test func aLineMayHave120Columns() {
        #expect(findings("let " + String(repeating: "é", count: 116)).isEmpty)
        #expect(findings("let " + String(repeating: "é", count: 117)).count == 1)
        #expect(findings("// " + String(repeating: "é", count: 118)).count == 1)
        #expect(findings("let text = \"\"\"\n" + String(repeating: "é", count: 121) + "\n\"\"\"").isEmpty)
    }

    @Test(arguments: [
        "func route(\n    _ number: String\n) -> Decision {\n", "private mutating func route() throws {\n",
        "    init() {\n",
        "func route<T>() -> T\nwhere T: Sendable {\n", "package init(limit: Int = 3, then: () -> Void = {}) {\n",
    ])
    func aFunctionMayHave60Lines(head: String) {
        #expect(findings(head + lines(60) + "}\n").isEmpty)
        #expect(findings(head + lines(61) + "}\n").count == 1)
    }

    @Test func aRequirementHasNoBody() {
        #expect(findings("protocol Route {\n    func route()\n    init()\n" + lines(61) + "}\n").isEmpty)
    }

    @Test(arguments: ["// TO" + "DO: later", "let text = \"FIX" + "ME\"", "// Copy" + "right 2026"])
    func unfinishedMarksAndLicenceHeadersAreFound(line: String) {
        #expect(findings(line).count == 1)
    }

    @Test(arguments: ["struct Routing {}", "package enum Routing {}", "typealias Routing = Int"])
    func aTypeMayNotBeNamedLikeItsTarget(line: String) {
        #expect(findings(line) == ["Routing is named like its target"])
    }

    @Test func otherNamesAreFree() {
        #expect(findings("struct RoutingTable {}\nlet module = Routing.self").isEmpty)
    }

    @Test func theTreeKeepsEveryRule() throws {
        let files = try Repository.swiftFiles(in: ["Sources", "Tests"])
        let manifest = Repository.File(path: "Package.swift", text: try Repository.text(of: "Package.swift"))
        let findings = (files + [manifest]).flatMap { ShapeRules.findings(in: $0) }
        #expect(findings.isEmpty, "\(findings.listing)")
    }
}
