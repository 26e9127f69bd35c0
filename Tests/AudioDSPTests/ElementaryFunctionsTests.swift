import Glibc
import Testing

@testable import AudioDSP

struct ElementaryFunctionsTests {
    @Test func anglesAgreeWithTheCLibrary() {
        for step in -4_000...4_000 {
            let turns = Double(step) / 1_000
            #expect(abs(ElementaryFunctions.sine(turns: turns) - sin(2 * .pi * turns)) < 1e-13)
            #expect(abs(ElementaryFunctions.cosine(turns: turns) - cos(2 * .pi * turns)) < 1e-13)
        }
    }

    @Test func levelsAgreeWithTheCLibrary() {
        for step in -200...100 {
            let exponent = Double(step) / 10
            let power = ElementaryFunctions.powerOfTen(exponent)
            #expect(abs(power / pow(10, exponent) - 1) < 1e-13)
            #expect(abs(ElementaryFunctions.log10(power) - exponent) < 1e-12)
        }
    }
}
