import Testing

@Suite struct CodeRulesTests {
    private func findings(
        _ text: String, in path: String = "Sources/SIPGrammar/Sample.swift", layer: Layer = .grammar,
        allowances: [Allowance] = []
    ) -> [Finding] {
        CodeRule.findings(in: Repository.File(path: path, text: text), layer: layer, allowances: allowances)
    }

    @Test(arguments: [
        "public struct Line {}", "let value = try! read()", "let line = value as! Line",
        "fatalError(\"no\")", "usleep(10)", "Task.sleep(for: .seconds(1))", "print(line)", "let now = Date()",
        "let now = ContinuousClock.now", "clock_gettime(CLOCK_MONOTONIC, &now)", "let seconds = time(nil)",
        "var random = SystemRandomNumberGenerator()", "let lock = Mutex(0)", "func read() async {}",
        "func read(_ bytes: UnsafeRawBufferPointer) {}", "struct Ring: @unchecked Sendable {}",
    ])
    func findsABannedWordInGrammar(code: String) {
        #expect(!findings(code).isEmpty)
    }

    @Test(
        arguments: [
            "// print(line)", "/* try! /* nested */ print(1) */", "let text = \"print(line)\"",
            "let text = #\"as! \"print(1)\" \"#", "let text = \"\"\"\n  fatalError()\n  \"\"\"",
            "func printed() {}", "let deadline = now + timeout", "let value = line as? Line", "value.time(at: now)",
        ])
    func leavesOrdinaryCodeAlone(code: String) {
        #expect(findings(code).isEmpty)
    }

    @Test func seesCodeInsideAnInterpolation() {
        #expect(findings("let text = \"\\(try! read(\"a\")) and \\\"print(1)\\\"\"").count == 1)
    }

    @Test func namesFileAndLine() {
        let found = findings("let first = 1\n\nlet second = try! read()")
        #expect(found.map(\.description).first?.hasPrefix("Sources/SIPGrammar/Sample.swift:3: try: ") == true)
    }

    @Test func edgesMayReadClocksButNotPrint() {
        let path = "Sources/Store/Sample.swift"
        #expect(findings("let now = ContinuousClock.now", in: path, layer: .edge).isEmpty)
        #expect(findings("print(1)", in: path, layer: .edge).count == 1)
        #expect(findings("print(1)", in: "Sources/AdminCLI/Sample.swift", layer: .application).isEmpty)
    }

    @Test func pointersAreAtHomeInTheMediaEngineOnly() {
        let code = "func walk(_ slab: UnsafeMutableRawPointer) {}"
        #expect(findings(code, in: "Sources/MediaEngine/PacketSlab.swift", layer: .edge).isEmpty)
        #expect(findings(code, in: "Sources/Store/Slab.swift", layer: .edge).count == 1)
    }

    @Test func anAllowanceCoversItsWordInItsFileOnly() {
        let allowance = Allowance(path: "Sources/SIPGrammar/Sample.swift", word: "Mutex", reason: "sample")
        #expect(findings("Mutex(0)", allowances: [allowance]).isEmpty)
        #expect(findings("Atomic(0)", allowances: [allowance]).count == 1)
        #expect(findings("Mutex(0)", in: "Sources/SIPGrammar/Other.swift", allowances: [allowance]).count == 1)
    }

    @Test func theTreeKeepsEveryRule() throws {
        let layers = Dictionary(LayerTable.rows.map { ($0.target, $0.layer) }, uniquingKeysWith: { first, _ in first })
        let files = try Repository.swiftFiles(in: ["Sources", "Tests"])
        let findings = files.flatMap {
            CodeRule.findings(in: $0, layer: layers[$0.target], allowances: Allowance.all)
        }
        #expect(findings.isEmpty, "\(findings.listing)")
    }

    @Test func everyAllowanceIsStillNeeded() throws {
        for allowance in Allowance.all {
            let words = SwiftText(try Repository.text(of: allowance.path)).words
            #expect(
                words.contains { $0.name == allowance.word }, "\(allowance.path) no longer says \(allowance.word)")
        }
    }
}
