import RTPGrammar
import Testing

struct TelephoneEventTests {
    @Test func isFourBytes() throws {
        let event = TelephoneEvent(code: 11, isEnd: true, volume: 10, duration: 800)
        #expect(event.payload == [11, 0x8A, 0x03, 0x20])
        #expect(try TelephoneEvent(event.payload.span) == event)
        #expect(event.digit == "#")
    }

    @Test func codesAndDigitsAreInverse() {
        for digit in "0123456789*#ABCD!" {
            let code = TelephoneEvent.code(ofDigit: digit)
            #expect(code.flatMap { TelephoneEvent.digit(ofCode: $0) } == digit)
        }
        #expect(TelephoneEvent.code(ofDigit: "d") == 15)
        #expect(TelephoneEvent.code(ofDigit: "x") == nil)
        #expect(TelephoneEvent.digit(ofCode: 17) == nil)
    }

    @Test func refusesShortPayloads() {
        let bytes: [UInt8] = [1, 2, 3]
        #expect(throws: RTPSyntaxError.truncated(neededBytes: 4, foundBytes: 3)) { try TelephoneEvent(bytes.span) }
    }
}
