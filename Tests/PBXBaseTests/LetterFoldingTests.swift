import PBXBase
import Testing

@Suite struct LetterFoldingTests {
    @Test(arguments: [
        ("Müller-Groß", "muller-gross", "mueller-gross"), ("ÉVA Łoś", "eva los", "eva los"), ("漢", "漢", "漢"),
    ])
    func accentsAreFolded(text: String, folded: String, spelledOut: String) {
        #expect(LetterFolding.folded(text) == folded)
        #expect(LetterFolding.spelledOut(text) == spelledOut)
    }
}
