import SystemTestKit
import Testing

extension DemoTests {
    /// Phones that speak differently hear each other: whatever one phone offers, the other understands.
    @Suite(.serialized) struct MediaTests {
        struct Pair: Sendable, CustomTestStringConvertible {
            var caller: PhoneMedia
            var callee: PhoneMedia
            var testDescription: String { "\(caller.codec) to \(callee.codec)" }
        }

        static let codecPairs = PhoneMedia.Codec.allCases.flatMap { caller in
            PhoneMedia.Codec.allCases.map { Pair(caller: PhoneMedia(caller), callee: PhoneMedia($0)) }
        }

        @Test(arguments: codecPairs)
        func phonesOfAnyTwoCodecsHearEachOther(pair: Pair) throws { try converse(pair) }

        /// baresip calls linphone; each plays a tone that the other must hear.
        private func converse(_ pair: Pair) throws {
            let daemon = try Daemon()
            let linphone = try Linphone(SIPAccount("102", at: daemon.port), toneHertz: 1_000, media: pair.callee)
            let baresip = try Baresip(SIPAccount("101", at: daemon.port), toneHertz: 440, media: pair.caller)
            try linphone.expectCall()
            try baresip.dial("102")
            try baresip.wait(for: "CALL_ESTABLISHED")
            try baresip.hear(seconds: 3)
            try linphone.hear(seconds: 3)
            try baresip.hangUp()
            _ = try linphone.waitForEnd()
            let atBaresip = try baresip.recording().shareHolding(hertz: 1_000)
            let atLinphone = try linphone.recording().shareHolding(hertz: 440)
            #expect(atBaresip > 0.7, "baresip hears linphone's tone")
            #expect(atLinphone > 0.7, "linphone hears baresip's tone")
            try daemon.waitUntilQuiet()
        }
    }
}
