import SelfTest
import Testing

struct SelfTestReportTests {
    private func step(_ outcome: SelfTestReport.Outcome) -> SelfTestReport.Step {
        .init(name: .placeCall, outcome: outcome, milliseconds: 1, finding: "")
    }

    @Test func passesOnlyWhenEveryStepDid() {
        #expect(SelfTestReport(steps: [step(.passed), step(.passed)], milliseconds: 2).isPassed)
        #expect(!SelfTestReport(steps: [step(.passed), step(.failed)], milliseconds: 2).isPassed)
        #expect(!SelfTestReport(steps: [step(.passed), step(.skipped)], milliseconds: 2).isPassed)
        #expect(!SelfTestReport(steps: [], milliseconds: 0).isPassed)
    }
}
