/// What a self-test found: one entry per step, in the order in which they were taken.
package struct SelfTestReport: Hashable, Sendable, Codable {
    package enum Outcome: String, Hashable, Sendable, Codable {
        case passed, failed
        /// Not tried, as an earlier step had failed.
        case skipped
    }

    /// One step.
    package struct Step: Hashable, Sendable, Codable {
        package var name: SelfTestStep
        package var outcome: Outcome
        /// How long it took; 0 when it was skipped.
        package var milliseconds: Double
        /// What was found, in words.
        package var finding: String
        /// What to do about a failure.
        package var hint: String?

        package init(
            name: SelfTestStep, outcome: Outcome, milliseconds: Double, finding: String, hint: String? = nil
        ) {
            self.name = name
            self.outcome = outcome
            self.milliseconds = milliseconds
            self.finding = finding
            self.hint = hint
        }
    }

    package var isPassed: Bool
    package var milliseconds: Double
    package var steps: [Step]

    package init(steps: [Step], milliseconds: Double) {
        isPassed = !steps.isEmpty && steps.allSatisfy { $0.outcome == .passed }
        self.milliseconds = milliseconds
        self.steps = steps
    }
}

/// The steps of a self-test; the raw value is what scripts see.
package enum SelfTestStep: String, Hashable, Sendable, Codable, CaseIterable {
    case borrowExtensions, reachListener, registerCaller, registerCallee, placeCall, answerCall
    case hearCaller, hearCallee, callerDigits, calleeDigits, hangUp, findRecord, cleanUp

    /// For people: what is tried.
    package var title: String {
        switch self {
        case .borrowExtensions: "borrow two extensions"
        case .reachListener: "reach the SIP listener"
        case .registerCaller: "register the calling phone"
        case .registerCallee: "register the called phone"
        case .placeCall: "place a call"
        case .answerCall: "answer it"
        case .hearCaller: "hear the caller's tone"
        case .hearCallee: "hear the callee's tone"
        case .callerDigits: "hear the caller's digits"
        case .calleeDigits: "hear the callee's digits"
        case .hangUp: "hang up"
        case .findRecord: "find the call record"
        case .cleanUp: "clean up"
        }
    }
}

/// Why a step failed, and what to do about it.
struct StepFailure: Error {
    var finding: String
    var hint: String?

    init(_ finding: String, hint: String? = nil) {
        self.finding = finding
        self.hint = hint
    }
}
