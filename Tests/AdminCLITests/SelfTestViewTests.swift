import AdminCLI
import PBXBase
import SelfTest
import Testing

struct SelfTestViewTests {
    private let plain = ViewContext(now: WallTime(microseconds: 0), isColoured: false) { _ in 0 }

    private let steps: [SelfTestReport.Step] = [
        .init(name: .registerCaller, outcome: .passed, milliseconds: 3.14, finding: "registered as selftest-x-a"),
        .init(
            name: .hearCaller, outcome: .failed, milliseconds: 3_004, finding: "no audio arrived: none of 100 packets",
            hint: "let UDP ports 16384-32767 through the firewall"),
        .init(name: .callerDigits, outcome: .skipped, milliseconds: 0, finding: "not tried"),
        .init(name: .hangUp, outcome: .passed, milliseconds: 47.4, finding: "both phones were told"),
    ]

    @Test func aLineForEachStepAndTheWayOutBelowAFailure() {
        let text = steps.map { SelfTestView.line($0, plain) }.joined()
        #expect(
            text == """
                ok       register the calling phone    3.1 ms  registered as selftest-x-a
                FAILED   hear the caller's tone         3.0 s  no audio arrived: none of 100 packets
                         → let UDP ports 16384-32767 through the firewall
                skipped  hear the caller's digits              not tried
                ok       hang up                        47 ms  both phones were told

                """)
    }

    @Test func theConclusionNamesWhatFailed() {
        let failed = SelfTestReport(steps: steps, milliseconds: 3_123)
        #expect(SelfTestView.conclusion(failed, plain) == "self-test failed after 3.1 s: hear the caller's tone\n")
        let passed = SelfTestReport(steps: [steps[0]], milliseconds: 2_960)
        #expect(SelfTestView.conclusion(passed, plain) == "self-test passed in 3.0 s\n")
    }

    @Test func coloursAreOnlyAnAddition() {
        var coloured = plain
        coloured.isColoured = true
        #expect(SelfTestView.line(steps[0], coloured).hasPrefix("\u{1B}[32mok     \u{1B}[0m"))
    }
}
