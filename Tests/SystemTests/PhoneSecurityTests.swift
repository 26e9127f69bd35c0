import Foundation
import SystemTestKit
import Testing

extension DemoTests {
    /// Our phone with a server that is not ours, over TLS.
    @Suite(.serialized) struct PhoneSecurityTests {
        private let authority: CertificateAuthority
        private let kamailio: Kamailio
        private let folder: TemporaryFolder

        init() throws {
            authority = try CertificateAuthority()
            kamailio = try Kamailio(certificate: try authority.issue("IP:127.0.0.1,DNS:localhost"))
            folder = try TemporaryFolder()
        }

        private func phone(
            _ user: String, toneHertz: Double, trusts authority: CertificateAuthority, answersAtOnce: Bool = true,
            sound: PBXPhone.Sound = .files
        ) throws -> PBXPhone {
            try PBXPhone(
                toneHertz: toneHertz, answersAtOnce: answersAtOnce, sound: sound,
                arguments: [
                    "--account", "sip:\(user)@127.0.0.1:\(kamailio.securePort);transport=tls", "--password-file",
                    try folder.write(Kamailio.password, to: "password"), "--tls-ca", authority.file,
                ])
        }

        @Test("phones register at a Kamailio over TLS and call each other through it")
        func calls() throws {
            let first = try phone("101", toneHertz: 440, trusts: authority)
            let second = try phone("102", toneHertz: 1_000, trusts: authority)
            for phone in [first, second] { try phone.waitForEvent(#""event":"registered""#) }
            try first.dial("102")
            try first.wait(for: "active")
            try first.hear(seconds: 3)
            try second.hear(seconds: 3)
            try second.hangUp()
            try first.wait(for: "ended")
            #expect(try first.quit() == 0)
            #expect(try second.quit() == 0)
            #expect(try first.recording().shareHolding(hertz: 1_000) > 0.8)
            #expect(try second.recording().shareHolding(hertz: 440) > 0.8)
        }

        @Test("a lamp follows the calls of the phone that it watches, as the server tells")
        func lamps() throws {
            let watcher = try phone("101", toneHertz: 440, trusts: authority)
            let called = try phone("102", toneHertz: 1_000, trusts: authority, answersAtOnce: false)
            let caller = try phone("103", toneHertz: 600, trusts: authority)
            for phone in [watcher, called, caller] { try phone.waitForEvent(#""event":"registered""#) }
            try watcher.say("watch 102")
            try watcher.waitForEvent(#""lamp":"unknown""#, #""name":"102""#)
            try caller.dial("102")
            try watcher.waitForEvent(#""lamp":"ringing""#, #""name":"102""#, #""peer":"103""#)
            try called.say("answer")
            try watcher.waitForEvent(#""lamp":"busy""#)
            let mark = watcher.mark
            try caller.hangUp()
            try watcher.waitForEvent(#""lamp":"idle""#, after: mark)
            try watcher.say("unwatch 102")
            try watcher.waitForEvent(#""lamp":"unknown""#, after: mark)
            #expect(try watcher.quit() == 0)
        }

        @Test("a new message in the account's mailbox is told and heard of, by subscription")
        func mailbox() throws {
            let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
                .appendingPathComponent("Peers/virtual_card.c")
            let card = try VirtualCard(source: source, toneHertz: nil)
            let phone = try phone("101", toneHertz: 440, trusts: authority, sound: .virtual(card))
            try phone.waitForEvent(#""event":"registered""#)
            let body = "Messages-Waiting: yes\r\nVoice-Message: 2/8 (0/0)\r\n"
            let server = try LoopbackSocket(.udp, to: kamailio.port)
            let request = RawMessage.request(
                "PUBLISH", user: "101", from: server.localPort,
                extra: [
                    "Event: message-summary", "Expires: 60", "Content-Type: application/simple-message-summary",
                ])
            try server.send(
                request.replacing("PUBLISH sip:127.0.0.1 ", with: "PUBLISH sip:101@127.0.0.1:\(kamailio.port) ")
                    .replacing("Content-Length: 0\r\n\r\n", with: "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"))
            #expect(server.receiveStatus() == 200)
            try phone.waitForEvent(#""event":"messagesWaiting""#, #""new":2"#, #""old":8"#, #""waiting":true"#)
            try Waiting.until("the alert device to be let go") { card.events(of: "alert").last?.what == "close" }
            let alert = try card.spoken(by: "alert").samples.prefix(VirtualCard.sampleRate / 10)
            #expect(Tone.purity(of: alert, sampleRate: VirtualCard.sampleRate, hertz: 660) > 0.9)
            #expect(try phone.quit() == 0)
        }

        @Test("a server that cannot be trusted is not registered at, and it is said why")
        func distrust() throws {
            let phone = try phone("101", toneHertz: 440, trusts: try CertificateAuthority())
            try phone.waitForEvent(#""event":"noted""#, "does not trust")
            try phone.waitForEvent(#""event":"registrationFailed""#)
        }
    }
}
