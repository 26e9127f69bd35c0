import SystemTestKit
import Testing

extension DemoTests {
    /// Our phone's encrypted calls with a baresip that insists on encryption: directly, and through the daemon.
    @Suite(.serialized) struct PhoneEncryptionTests {
        private static let ways: [PhoneMedia.Encryption] = [.sdes, .dtls]

        private func options(_ way: PhoneMedia.Encryption) -> [String] {
            ["--srtp", "require", "--srtp-keys", way.rawValue]
        }

        private func check(_ phone: PBXPhone, _ baresip: Baresip) throws {
            try phone.waitForEvent(#""encrypted":true"#, #""state":"active""#)
            try phone.hear(seconds: 3)
            try baresip.hear(seconds: 3)
            try phone.hangUp()
            try baresip.wait(for: "CALL_CLOSED")
            #expect(try phone.quit() == 0)
            #expect(try phone.recording().shareHolding(hertz: 1_000) > 0.7, "pbx-phone hears baresip")
            #expect(try baresip.recording().shareHolding(hertz: 440) > 0.7, "baresip hears pbx-phone")
        }

        @Test("it calls a phone directly", arguments: ways)
        func calls(way: PhoneMedia.Encryption) throws {
            let port = try LoopbackPorts.take(2)
            let baresip = try Baresip(
                SIPAccount("bob", at: port), toneHertz: 1_000, media: PhoneMedia(.pcma, way), registers: false,
                sipPort: port)
            let phone = try PBXPhone(toneHertz: 440, arguments: options(way))
            try phone.dial("sip:bob@127.0.0.1:\(port)")
            try check(phone, baresip)
        }

        @Test("a phone calls it directly, whatever it would offer itself", arguments: ways)
        func isCalled(way: PhoneMedia.Encryption) throws {
            let baresip = try Baresip(
                SIPAccount("bob", at: try LoopbackPorts.take(2)), toneHertz: 1_000, media: PhoneMedia(.opus, way),
                registers: false)
            let phone = try PBXPhone(toneHertz: 440, arguments: options(way == .sdes ? .dtls : .sdes))
            try baresip.dial(uri: phone.uri)
            try check(phone, baresip)
        }

        @Test("through the daemon each side has its own way", arguments: ways, ways)
        func throughTheDaemon(way: PhoneMedia.Encryption, peers: PhoneMedia.Encryption) throws {
            let daemon = try Daemon(configuration: Self.office(peers))
            let baresip = try Baresip(
                SIPAccount("102", at: daemon.port, password: "secret-of-102"), toneHertz: 1_000,
                media: PhoneMedia(.pcma, peers))
            let phone = try PBXPhone(
                SIPAccount("101", at: daemon.port, password: "secret-of-101"), toneHertz: 440,
                arguments: options(way))
            try phone.dial("102")
            try check(phone, baresip)
            try daemon.waitUntilQuiet()
        }

        @Test("the daemon calls it as the extension has it", arguments: ways)
        func calledByTheDaemon(way: PhoneMedia.Encryption) throws {
            let daemon = try Daemon(configuration: Self.office(way))
            let baresip = try Baresip(
                SIPAccount("101", at: daemon.port, password: "secret-of-101"), toneHertz: 1_000,
                media: PhoneMedia(.pcma, .sdes))
            let phone = try PBXPhone(
                SIPAccount("102", at: daemon.port, password: "secret-of-102"), toneHertz: 440,
                arguments: options(.sdes))
            try baresip.dial("102")
            try check(phone, baresip)
        }

        private static func office(_ peers: PhoneMedia.Encryption) -> String {
            """
            [server]
            domain = "127.0.0.1"
            [sip]
            listen = ["udp:127.0.0.1:PORT"]
            [media]
            addresses = ["127.0.0.1"]
            [extensions.101]
            password = "secret-of-101"
            srtp = "require"
            [extensions.102]
            password = "secret-of-102"
            srtp = "require"
            srtp-keys = "\(peers.rawValue)"

            """
        }
    }
}
