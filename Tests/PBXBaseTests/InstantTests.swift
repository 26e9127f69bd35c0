import PBXBase
import Testing

@Suite struct InstantTests {
    @Test(arguments: [(0, 0), (1, 20), (19, 20), (20, 20), (21, 40), (1_000_000_007, 1_000_000_020)])
    func roundsUpToAGrid(milliseconds: Int, expected: Int) {
        let moment = Instant.zero + .milliseconds(milliseconds)
        #expect(moment.roundedUp(to: .milliseconds(20)) == .zero + .milliseconds(expected))
    }
}
