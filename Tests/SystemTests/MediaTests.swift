import Foundation
import SystemTestKit
import Testing

extension DemoTests {
    /// Phones that speak and encrypt differently hear each other: whatever one phone offers, the other understands.
    @Suite(.serialized) struct MediaTests {
        struct Pair: Sendable, CustomTestStringConvertible {
            var caller: PhoneMedia
            var callee: PhoneMedia
            var testDescription: String {
                "\(caller.codec) \(caller.encryption) to \(callee.codec) \(callee.encryption)"
            }
        }

        private static let everything = PhoneMedia.Codec.allCases.flatMap { codec in
            PhoneMedia.Encryption.allCases.map { PhoneMedia(codec, $0) }
        }

        /// `PBX_X_ALL_PAIRS` makes it every pair of everything, which takes a quarter of an hour.
        private static let isThorough = ProcessInfo.processInfo.environment["PBX_X_ALL_PAIRS"] != nil

        static let codecPairs = PhoneMedia.Codec.allCases.flatMap { caller in
            PhoneMedia.Codec.allCases.map { Pair(caller: PhoneMedia(caller), callee: PhoneMedia($0)) }
        }

        /// Every pair of plain and keys in SDP, and some of unlike codecs besides.
        static let encryptedPairs: [Pair] = {
            if isThorough {
                return everything.flatMap { caller in everything.map { Pair(caller: caller, callee: $0) } }
            }
            let encryptions = PhoneMedia.Encryption.allCases.flatMap { caller in
                PhoneMedia.Encryption.allCases.filter { caller != .plain || $0 != .plain }.map {
                    Pair(caller: PhoneMedia(.pcma, caller), callee: PhoneMedia(.pcma, $0))
                }
            }
            let both = [
                Pair(caller: PhoneMedia(.opus, .dtls), callee: PhoneMedia(.g722, .sdes)),
                Pair(caller: PhoneMedia(.pcmu, .sdes), callee: PhoneMedia(.opus, .plain)),
            ]
            return encryptions + both
        }()

        @Test(arguments: codecPairs)
        func phonesOfAnyTwoCodecsHearEachOther(pair: Pair) throws { try converse(pair) }

        @Test(arguments: encryptedPairs)
        func phonesThatEncryptHearEachOther(pair: Pair) throws { try converse(pair) }

        /// baresip calls linphone; each plays a tone that the other must hear.
        private func converse(_ pair: Pair) throws {
            let daemon = try Daemon(configuration: Self.office(["101": pair.caller, "102": pair.callee]))
            let linphone = try Linphone(Self.account("102", daemon), toneHertz: 1_000, media: pair.callee)
            let baresip = try Baresip(Self.account("101", daemon), toneHertz: 440, media: pair.caller)
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

        /// Extensions whose phones speak as said: encryption is required where a phone insists on it.
        private static func office(_ phones: [String: PhoneMedia]) -> String {
            """
            [server]
            domain = "127.0.0.1"
            [sip]
            listen = ["udp:127.0.0.1:PORT"]
            [media]
            addresses = ["127.0.0.1"]

            """
                + phones.map { number, media in
                    """
                    [extensions.\(number)]
                    password = "secret-of-\(number)"
                    srtp = "\(media.encryption == .plain ? "off" : "require")"
                    srtp-keys = "\(media.encryption == .dtls ? "dtls" : "sdes")"

                    """
                }.joined()
        }

        private static let officeWithBrowser = office(["101": PhoneMedia(), "103": PhoneMedia(.opus, .dtls)])

        private static func account(_ number: String, _ daemon: Daemon) -> SIPAccount {
            SIPAccount(number, at: daemon.port, password: "secret-of-\(number)")
        }

        static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Peers/webrtc_phone.py")

        @Test(arguments: ["opus", "PCMA"])
        func aBrowserCallsAnOrdinaryPhone(codec: String) throws {
            let daemon = try Daemon(configuration: Self.officeWithBrowser)
            let baresip = try Baresip(Self.account("101", daemon), toneHertz: 1_000)
            let browser = try WebRTCPhone(
                Self.account("103", daemon), script: Self.script, calls: "101", toneHertz: 700,
                listensFor: [700, 1_000], codec: codec)
            let heard = try browser.result()
            try baresip.wait(for: "CALL_CLOSED")
            #expect(heard.heardHertz == 1_000)
            #expect(try baresip.recording().shareHolding(hertz: 700) > 0.7)
        }

        @Test func anOrdinaryPhoneCallsABrowser() throws {
            let daemon = try Daemon(configuration: Self.officeWithBrowser)
            let browser = try WebRTCPhone(
                Self.account("103", daemon), script: Self.script, calls: nil, toneHertz: 700,
                listensFor: [700, 1_000])
            let baresip = try Baresip(Self.account("101", daemon), toneHertz: 1_000)
            try baresip.dial("103")
            try baresip.wait(for: "CALL_ESTABLISHED")
            let heard = try browser.result()
            #expect(heard.heardHertz == 1_000)
            #expect(try baresip.recording().shareHolding(hertz: 700) > 0.7)
        }
    }
}
