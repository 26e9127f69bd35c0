import Testing

@Suite struct LayeringTests {
    static let manifest = """
        let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
        let package = Package(
            targets: [
                .target(name: "CTOML", cxxSettings: [.define("X", to: "0")]),
                logic("PBXBase"),
                logic("SIPGrammar", ["PBXBase"]),
                logic(
                    "SIPUserAgent",
                    ["SIPGrammar", "PBXBase", crypto]),
                edge("Store", ["PBXBase"]),
                tests("SIPGrammarTests", ["SIPGrammar"], resources: [.copy("Fixtures")]),
            ]
        )
        """
    static let rows = [
        LayerRow("CTOML", .foreign), LayerRow("PBXBase", .base), LayerRow("SIPGrammar", .grammar, ["PBXBase"]),
        LayerRow("SIPUserAgent", .machine, ["SIPGrammar", "PBXBase"], modules: ["Crypto"]),
        LayerRow("Store", .edge, ["PBXBase"]),
    ]

    @Test func theManifestIsReadWithTargetsKindsAndProducts() {
        let targets = Manifest(parsing: Self.manifest).targets
        #expect(targets.map(\.name) == ["CTOML", "PBXBase", "SIPGrammar", "SIPUserAgent", "Store", "SIPGrammarTests"])
        #expect(targets[0].dependencies.isEmpty)
        #expect(targets[3].dependencies == ["SIPGrammar", "PBXBase", "Crypto"])
        #expect(targets[5].dependencies == ["SIPGrammar"])
        #expect(targets[5].isTest)
    }

    @Test(arguments: [
        ("import PBXBase", 0), ("package import PBXBase", 0), ("import struct PBXBase.Instant", 0),
        ("import SIPGrammar", 1),  // in SIPGrammar itself: declares it not
        ("import Store", 1), ("import Crypto", 1), ("import Foundation", 1), ("@testable import NIOCore", 1),
        ("// import Foundation", 0), ("let text = \"import Foundation\"", 0),
    ])
    func anImportThatIsNotDeclaredIsFound(line: String, count: Int) {
        let file = Repository.File(path: "Sources/SIPGrammar/Sample.swift", text: line)
        let findings = LayeringRules.findings(in: file, manifest: Manifest(parsing: Self.manifest), rows: Self.rows)
        #expect(findings.count == count, "\(findings.listing)")
    }

    @Test func anEdgeMayUseTheSystemsModules() {
        let file = Repository.File(
            path: "Sources/Store/Sample.swift", text: "import FoundationEssentials\nimport Glibc")
        #expect(LayeringRules.findings(in: file, manifest: Manifest(parsing: Self.manifest), rows: Self.rows) == [])
    }

    @Test func aDependencyThatTheTableDoesNotHoldIsFound() {
        let package = Self.manifest.replacing(
            #"logic("SIPGrammar", ["PBXBase"])"#, with: #"logic("SIPGrammar", ["Store"])"#)
        let findings = LayeringRules.findings(in: Manifest(parsing: package), rows: Self.rows)
        #expect(findings.map(\.message) == ["SIPGrammar may not depend on Store"])
    }

    @Test func aTargetWithoutARowARowWithoutATargetAndAWrongKindAreFound() {
        let package = Self.manifest.replacing("edge(\"Store\"", with: "logic(\"Warehouse\"")
            .replacing("logic(\"PBXBase\")", with: "edge(\"PBXBase\")")
        let findings = LayeringRules.findings(in: Manifest(parsing: package), rows: Self.rows)
        #expect(
            findings.map(\.message) == [
                "PBXBase is declared with edge(…), which does not fit its layer",
                "target \"Warehouse\" has no row in the layer table",
                "layer table has a row for \"Store\", which is no target",
            ])
    }

    @Test func aRowThatPointsUpOrSidewaysIsFound() {
        let up = [LayerRow("PBXBase", .base, ["Store"]), LayerRow("Store", .edge)]
        #expect(LayeringRules.findings(in: up, arrows: [:]).count == 1)
        let sideways = [LayerRow("Store", .edge, ["PBXConfig"]), LayerRow("PBXConfig", .edge)]
        #expect(LayeringRules.findings(in: sideways, arrows: [:]).count == 1)
        #expect(LayeringRules.findings(in: sideways, arrows: ["Store": ["PBXConfig"]]).isEmpty)
    }

    @Test func theLayerTablePointsDown() {
        let findings = LayeringRules.findings(in: LayerTable.rows, arrows: LayerTable.arrows)
        #expect(findings.isEmpty, "\(findings.listing)")
    }

    @Test func theManifestDeclaresWhatTheLayerTableAllows() throws {
        let manifest = Manifest(parsing: try Repository.text(of: "Package.swift"))
        #expect(manifest.targets.count > LayerTable.rows.count)
        let findings = LayeringRules.findings(in: manifest, rows: LayerTable.rows)
        #expect(findings.isEmpty, "\(findings.listing)")
    }

    @Test func everyFileImportsWhatItsTargetDeclares() throws {
        let manifest = Manifest(parsing: try Repository.text(of: "Package.swift"))
        let files = try Repository.swiftFiles(in: ["Sources", "Tests"])
        let findings = files.flatMap { LayeringRules.findings(in: $0, manifest: manifest, rows: LayerTable.rows) }
        #expect(findings.isEmpty, "\(findings.listing)")
    }
}
