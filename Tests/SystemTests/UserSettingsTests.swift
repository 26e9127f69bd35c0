import SystemTestKit
import Testing

extension DemoTests {
    /// What users set themselves, in the real daemon.
    @Suite(.serialized) struct UserSettingsTests {
        /// product.md: a crash loses no setting that was acknowledged.
        @Test func whatWasAcknowledgedOutlivesACrash() throws {
            var daemon = try Daemon()
            let (folder, port) = (daemon.folder, daemon.port)
            for round in 0..<5 {
                #expect(try daemon.control("dnd", "101", round.isMultiple(of: 2) ? "on" : "off").status == 0)
                #expect(try daemon.control("forward", "102", "10\(3 + round)").status == 0)
                #expect(try daemon.control("presence", "104", "round", "\(round)").status == 0)
                daemon.process.kill()
                daemon = try Daemon(folder: folder, port: port)
                let output = try daemon.control("extensions").output
                #expect(output.contains("do not disturb") == round.isMultiple(of: 2))
                #expect(output.contains("calls go to 10\(3 + round)"))
                #expect(output.contains("\"round \(round)\""))
            }
        }

        @Test func aPhoneSetsItAndIsLeftInPeace() throws {
            let daemon = try Daemon()
            let callee = try Baresip(SIPAccount("102", at: daemon.port), toneHertz: 1_000)
            try callee.dial("*78")
            try callee.wait(for: "CALL_CLOSED", within: 30)
            let caller = try Baresip(SIPAccount("101", at: daemon.port), toneHertz: 440)
            try caller.dial("102")
            try caller.wait(for: "CALL_CLOSED", within: 30)
            try daemon.waitUntilQuiet()
            #expect(try daemon.records().first?.cause == "do_not_disturb")
        }
    }
}
