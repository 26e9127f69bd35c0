package import PBXModel

/// Digits that run a feature of the exchange itself: one row each, for the dial plan and for people.
package struct FeatureCode: Hashable, Sendable {
    package var code: String
    package var destination: Destination
    /// What it does, in a few words.
    package var summary: String

    /// Before an extension's number: picks up what rings there.
    package static let pickUpPrefix = "**"
    /// Before a number: forwards all calls of the caller's extension to there.
    package static let forwardPrefix = "*72"
    /// Before an extension's number: its phones answer by themselves.
    package static let intercomPrefix = "*80"

    package static let all = [
        FeatureCode(code: "*43", destination: .echoTest, summary: "echo test"),
        FeatureCode(
            code: "*44", destination: .speakingClock, summary: "speaking clock and the caller's extension number"),
        FeatureCode(
            code: "*8", destination: .pickUpInGroup, summary: "picks up what rings in the caller's pickup group"),
        FeatureCode(code: "*70", destination: .park(slot: nil), summary: "parks a call that is transferred to it"),
        FeatureCode(
            code: "*73", destination: .changeSettings(.forwarding(to: nil)),
            summary: "ends the forwarding of the caller's calls"),
        FeatureCode(
            code: "*78", destination: .changeSettings(.doNotDisturb(true)), summary: "do not disturb the caller"),
        FeatureCode(
            code: "*79", destination: .changeSettings(.doNotDisturb(false)), summary: "disturb the caller again"),
    ]
}
