import SystemTestKit
import Testing

extension DemoTests {
    /// `*80` and an extension, with our own phones.
    @Suite(.serialized) struct IntercomCallTests {
        @Test func thePhoneAnswersByItselfAndOnlyThen() throws {
            let daemon = try Daemon()
            let callee = try PBXPhone(
                SIPAccount("102", at: daemon.port), toneHertz: 1_000, answersAtOnce: false)
            let caller = try PBXPhone(SIPAccount("101", at: daemon.port), toneHertz: 440)
            try caller.dial("*80102")
            try callee.wait(for: "active")
            try caller.wait(for: "active")
            try caller.hear(seconds: 2)
            try caller.hangUp()
            try callee.wait(for: "ended")
            try caller.dial("102")
            try callee.wait(for: "incoming", line: 2)
        }

        @Test func aPhoneThatIsToldNotToRings() throws {
            let daemon = try Daemon()
            let callee = try PBXPhone(
                SIPAccount("102", at: daemon.port), toneHertz: 1_000, answersAtOnce: false,
                arguments: ["--no-intercom"])
            let caller = try PBXPhone(SIPAccount("101", at: daemon.port), toneHertz: 440)
            try caller.dial("*80102")
            try callee.wait(for: "incoming")
        }
    }
}
