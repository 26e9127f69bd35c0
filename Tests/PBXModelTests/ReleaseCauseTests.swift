import PBXModel
import Testing

@Suite struct ReleaseCauseTests {
    @Test(arguments: ReleaseCause.allCases)
    func everyRowIsUsableOnTheWire(cause: ReleaseCause) {
        let row = cause.row
        #expect((400...699).contains(row.sipStatus))
        #expect((1...127).contains(row.q850))
        #expect(!row.sipPhrase.isEmpty && !row.phrase.isEmpty)
    }

    @Test(arguments: [
        (486, ReleaseCause.busy), (600, .busy), (603, .declined), (408, .unreachable), (480, .noAnswer),
        (404, .notFound), (488, .unsupportedMedia), (500, .peerFailure), (499, .protocolError), (503, .peerFailure),
        (302, .redirectRefused),
    ])
    func finalResponsesMapToCauses(status: Int, cause: ReleaseCause) {
        #expect(ReleaseCause(sipStatus: status) == cause)
    }
}
