package import SelfTest

/// `pbxctl selftest` for people: a line as each step ends, and one for the whole.
package enum SelfTestView {
    private static let titleWidth = SelfTestStep.allCases.map(\.title.displayWidth).max() ?? 0
    /// `12345 ms`
    private static let timeWidth = 8

    package static func line(_ step: SelfTestReport.Step, _ context: ViewContext) -> String {
        let (mark, colour): (String, Colour) =
            switch step.outcome {
            case .passed: ("ok     ", .good)
            case .failed: ("FAILED ", .bad)
            case .skipped: ("skipped", .quiet)
            }
        let time = step.outcome == .skipped ? "" : duration(milliseconds: step.milliseconds)
        let head =
            mark.coloured(colour, context) + "  " + padded(step.name.title, titleWidth) + "  "
            + String(repeating: " ", count: max(0, timeWidth - time.displayWidth)) + time + "  "
        let hint = step.hint.map { String(repeating: " ", count: 9) + "→ \($0.printable)\n" } ?? ""
        return head + step.finding.printable + "\n" + hint
    }

    package static func conclusion(_ report: SelfTestReport, _ context: ViewContext) -> String {
        let time = duration(milliseconds: report.milliseconds)
        guard !report.isPassed else { return "self-test passed in \(time)".coloured(.good, context) + "\n" }
        let failed = report.steps.filter { $0.outcome == .failed }.map(\.name.title)
        return "self-test failed after \(time): \(failed.joined(separator: ", "))".coloured(.bad, context) + "\n"
    }

    /// `0.4 ms`, `47 ms`, `2.1 s`
    private static func duration(milliseconds: Double) -> String {
        switch milliseconds {
        case ..<9.95: "\(tenths(milliseconds)) ms"
        case ..<999.5: "\(Int(milliseconds.rounded())) ms"
        default: "\(tenths(min(milliseconds, 1e9) / 1_000)) s"
        }
    }

    private static func tenths(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.displayWidth))
    }
}
