import Foundation
import SystemTestKit
import Testing

extension DemoTests {
    /// Calls of real phones, held, parked, fetched and transferred by `pbxctl`.
    @Suite(.serialized) struct OperatorCallTests {
        private let daemon: Daemon
        private let caller: Baresip
        private let attendant: Baresip
        private let call: String

        init() throws {
            daemon = try Daemon()
            attendant = try Baresip(SIPAccount("102", at: daemon.port), toneHertz: 600)
            caller = try Baresip(SIPAccount("101", at: daemon.port), toneHertz: 440)
            try caller.dial("102")
            try caller.wait(for: "CALL_ESTABLISHED")
            try attendant.wait(for: "CALL_ESTABLISHED")
            try caller.hear(seconds: 1)
            struct Reply: Decodable {
                struct Call: Decodable { let callId: String }
                let calls: [Call]
            }
            let reply = try JSONDecoder().decode(Reply.self, from: Data(daemon.control("calls", "--json").output.utf8))
            call = try #require(reply.calls.first?.callId)
        }

        private func control(_ arguments: String...) throws {
            let result = try Programs.run(
                try Programs.ours("pbxctl"), ["--socket", daemon.controlSocket] + arguments)
            #expect(result.status == 0, "\(result.output)")
        }

        @Test func aTransferredCallerHearsTheTarget() throws {
            let target = try Baresip(SIPAccount("103", at: daemon.port), toneHertz: 1_000)
            try control("transfer", call, "103")
            try attendant.wait(for: "CALL_CLOSED")
            try target.wait(for: "CALL_ESTABLISHED")
            try caller.hear(seconds: 4)
            try caller.hangUp()
            try target.wait(for: "CALL_CLOSED")
            #expect(try target.recording().shareHolding(hertz: 440) > 0.7)
            #expect(try caller.recording().shareHolding(hertz: 1_000) > 0.4)
            try daemon.waitUntilQuiet()
            #expect(try daemon.records().count == 1)
        }

        @Test func aRefusedTransferComesBack() throws {
            let refusing = try Baresip(SIPAccount("103", at: daemon.port), toneHertz: 1_000, answersAtOnce: false)
            try control("transfer", call, "103")
            try refusing.wait(for: "CALL_INCOMING")
            try refusing.hangUp()
            try attendant.wait(for: "CALL_CLOSED")
            try attendant.wait(for: "CALL_ESTABLISHED")
            try attendant.hear(seconds: 3)
            try caller.hangUp()
            #expect(try attendant.recording().shareHolding(hertz: 440) > 0.7)
        }

        @Test func thePhonesOwnTransferKeyWorks() throws {
            let target = try Baresip(SIPAccount("103", at: daemon.port), toneHertz: 1_000)
            try attendant.transfer(to: "103")
            try attendant.wait(for: "CALL_CLOSED")
            try target.wait(for: "CALL_ESTABLISHED")
            try target.hear(seconds: 3)
            try caller.hangUp()
            #expect(try target.recording().shareHolding(hertz: 440) > 0.7)
        }

        /// The attendant calls a third phone by itself and has its two calls joined.
        @Test func twoCallsAreJoined() throws {
            let target = try Baresip(SIPAccount("103", at: daemon.port), toneHertz: 1_000)
            try attendant.dial("103")
            try target.wait(for: "CALL_ESTABLISHED")
            try target.hear(seconds: 1)
            try control("join", call, "--by", "102")
            try attendant.wait(for: "CALL_CLOSED")
            try caller.hear(seconds: 6)
            try target.hear(seconds: 6)
            try caller.hangUp()
            try target.wait(for: "CALL_CLOSED")
            #expect(try target.recording().shareHolding(hertz: 440) > 0.4)
            #expect(try caller.recording().shareHolding(hertz: 1_000) > 0.4)
            try daemon.waitUntilQuiet()
            #expect(try daemon.records().count == 2)
        }

        @Test func aCallIsRecorded() throws {
            try control("record", call)
            try caller.hear(seconds: 4)
            try control("record", "stop", call)
            try caller.hear(seconds: 5)
            try caller.hangUp()
            try daemon.waitUntilQuiet()
            let folder = daemon.folder.path("state/recordings")
            let names = try FileManager.default.contentsOfDirectory(atPath: folder)
            let name = try #require(names.first)
            let recording = try WaveFile(path: "\(folder)/\(name)")
            #expect(names.count == 1 && (1.5..<6).contains(recording.seconds))
            // The caller is on the left.
            #expect(recording.shareHolding(hertz: 440) > 0.8)
        }

        @Test func aParkedCallerHearsMusicAndIsFetchedByDialling() throws {
            let colleague = try Baresip(SIPAccount("103", at: daemon.port), toneHertz: 1_000)
            try control("park", call, "--slot", "703")
            try attendant.wait(for: "CALL_CLOSED")
            try caller.hear(seconds: 2)
            #expect(try daemon.control("calls", "show", call).output.contains("703"))
            try colleague.dial("703")
            try colleague.wait(for: "CALL_ESTABLISHED")
            try colleague.hear(seconds: 3)
            try caller.hear(seconds: 3)
            try colleague.hangUp()
            try caller.wait(for: "CALL_CLOSED")
            #expect(try colleague.recording().shareHolding(hertz: 440) > 0.7)
            #expect(try caller.recording().shareHolding(hertz: 1_000) > 0.3)
        }

        @Test func whoIsOnHoldHearsMusicUntilTheCallGoesOn() throws {
            try control("hold", call)
            try caller.hear(seconds: 3)
            let held = try caller.recording()
            #expect(held.shareHolding(hertz: 600) < 0.6)
            try control("resume", call)
            try caller.hear(seconds: 6)
            #expect(try caller.recording().shareHolding(hertz: 600) > held.shareHolding(hertz: 600))
            try caller.hangUp()
        }
    }
}
