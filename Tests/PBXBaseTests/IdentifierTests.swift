import PBXBase
import Testing

@Suite struct IdentifierTests {
    @Test func callIDIsAVersion7UUIDAndReadsBack() throws {
        var random = SeededRandom(seed: 7)
        let id = CallID(at: WallTime(microseconds: 1_768_212_000_123_000), random: &random)
        let text = id.description
        #expect(text.utf8.count == 36)
        #expect(text.hasPrefix("019bb1a5-ed7b-7"))
        #expect(Array(text)[14] == "7")
        #expect("89ab".contains(Array(text)[19]))
        #expect(CallID(text) == id)
        #expect(CallID(text.uppercased()) == id)
    }

    @Test func laterCallsSortAfterEarlierOnes() {
        var random = SeededRandom(seed: 1)
        let first = CallID(at: WallTime(microseconds: 1_000_000), random: &random)
        for later in [1_000_001, 1_000_999, 1_001_000, 2_000_000] {
            let second = CallID(at: WallTime(microseconds: Int64(later)), random: &random)
            #expect(first.description < second.description)
        }
    }

    @Test(arguments: [
        "", "0199", "0199aa306cc57bd29c1f3a4e5d6c7b8a", "0199aa30-6cc5-7bd2-9c1f-3a4e5d6c7b8g",
        "0199aa30-6cc5-7bd2-9c1f-3a4e5d6c7b8a0",
    ])
    func refusesWhatIsNoUUID(text: String) {
        #expect(CallID(text) == nil)
    }

    @Test func tokensDifferAndHaveTheirLength() {
        var random = SeededRandom(seed: 3)
        let tokens = Set((0..<1_000).map { _ in random.token(symbols: 12) })
        #expect(tokens.count == 1_000)
        #expect(tokens.allSatisfy { $0.utf8.count == 12 })
    }
}
