import PBXBase
import TerminalUI
import Testing

struct LayoutTests {
    @Test func fixedPartsAreServedFirst() {
        let parts = Rect(Size(width: 80, height: 24)).rows([.fixed(1), .atLeast(6), .fixed(1)])
        #expect(parts.map(\.height) == [1, 22, 1])
        #expect(parts.map(\.y) == [0, 1, 23])
    }

    @Test func sharesDivideWhatIsLeft() {
        let parts = Rect(Size(width: 80, height: 1)).columns([.fixed(9), .share(1), .share(2)], gap: 1)
        #expect(parts.map(\.width) == [9, 23, 46])
        #expect(parts.last?.maxX == 80)
    }

    @Test func minimaGrowAlikeWhenNobodyTakesAShare() {
        let parts = Rect(Size(width: 20, height: 1)).columns([.atLeast(4), .atLeast(4)])
        #expect(parts.map(\.width) == [10, 10])
    }

    @Test(arguments: 0..<200)
    func partsNeverOverlapOrLeaveTheirSpace(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let space = Rect(
            x: 3, y: 2, width: Int.random(in: 0...60, using: &random), height: Int.random(in: 0...20, using: &random))
        let lengths = (0..<Int.random(in: 0...6, using: &random)).map { _ -> Length in
            switch Int.random(in: 0..<3, using: &random) {
            case 0: .fixed(Int.random(in: -2...30, using: &random))
            case 1: .atLeast(Int.random(in: -2...30, using: &random))
            default: .share(Double.random(in: -1...3, using: &random))
            }
        }
        for parts in [space.rows(lengths), space.columns(lengths, gap: 1)] {
            for part in parts where !part.isEmpty { #expect(part.intersection(space) == part) }
            for (index, part) in parts.enumerated() {
                for other in parts.dropFirst(index + 1) where !part.isEmpty {
                    #expect(part.intersection(other).isEmpty)
                }
            }
        }
    }
}
