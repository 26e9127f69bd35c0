import Foundation
import SystemTestKit
import Testing

extension DemoTests {
    /// 101 calls 102, who asks 103 before handing the call over; real phones, steered by `pbxctl`.
    @Suite(.serialized) struct ConsultationCallTests {
        private let daemon: Daemon
        private let caller: Baresip
        private let asker: Baresip
        private let call: String

        init() throws {
            daemon = try Daemon()
            asker = try Baresip(SIPAccount("102", at: daemon.port), toneHertz: 600)
            caller = try Baresip(SIPAccount("101", at: daemon.port), toneHertz: 440)
            try caller.dial("102")
            try asker.wait(for: "CALL_ESTABLISHED")
            call = try daemon.firstCall()
        }

        private func control(_ arguments: String...) throws {
            let result = try Programs.run(
                try Programs.ours("pbxctl"), ["--socket", daemon.controlSocket] + arguments)
            #expect(result.status == 0, "\(result.output)")
        }

        @Test func theAskerSpeaksWithBothAndConnectsThem() throws {
            let target = try Baresip(SIPAccount("103", at: daemon.port), toneHertz: 1_000)
            try control("consult", call, "103")
            try target.wait(for: "CALL_ESTABLISHED")
            try target.hear(seconds: 3)
            #expect(try target.recording().shareHolding(hertz: 600) > 0.6, "asked by 102")
            #expect(try daemon.control("calls", "show", call).output.contains("waits, with call"))
            try control("swap", call)
            #expect(try daemon.control("calls", "show", call).output.contains("spoken with, with call"))
            try control("join", call)
            try asker.wait(for: "CALL_CLOSED")
            let (before, heard) = (try target.recording().seconds, try caller.recording().seconds)
            try target.hear(seconds: before + 3)
            try caller.hear(seconds: heard + 3)
            try caller.hangUp()
            try target.wait(for: "CALL_CLOSED")
            #expect(try target.recording().shareHolding(hertz: 440) > 0.3, "connected with 101")
            #expect(try caller.recording().shareHolding(hertz: 1_000) > 0.2)
            try daemon.waitUntilQuiet()
            #expect(try daemon.records().count == 2)
        }

        @Test func whoeverIsAskedAndRefusesLeavesThemTogether() throws {
            let target = try Baresip(SIPAccount("103", at: daemon.port), toneHertz: 1_000, answersAtOnce: false)
            try control("consult", call, "103")
            try target.wait(for: "CALL_INCOMING")
            try target.hangUp()
            try daemon.waitForCall(call, toShow: "answered")
            let before = try asker.recording().seconds
            try asker.hear(seconds: before + 3)
            try caller.hangUp()
            try asker.wait(for: "CALL_CLOSED")
            #expect(try asker.recording().shareHolding(hertz: 440) > 0.5)
        }

        @Test func theAskerHangsUpAndTheOthersGoOn() throws {
            let target = try Baresip(SIPAccount("103", at: daemon.port), toneHertz: 1_000)
            try control("consult", call, "103")
            try target.wait(for: "CALL_ESTABLISHED")
            try target.hear(seconds: 1)
            try asker.hangUp()
            try target.hear(seconds: 5)
            try target.hangUp()
            try caller.wait(for: "CALL_CLOSED")
            #expect(try target.recording().shareHolding(hertz: 440) > 0.4)
        }

        @Test func threeHearEachOther() throws {
            let target = try Baresip(SIPAccount("103", at: daemon.port), toneHertz: 1_000)
            try control("consult", call, "103")
            try target.wait(for: "CALL_ESTABLISHED")
            try control("three-way", call)
            // Everybody hears the two others at once; when one leaves, the other one is alone again.
            let start = try caller.recording().seconds
            try caller.hear(seconds: start + 3)
            try asker.hangUp()
            try caller.hear(seconds: start + 7)
            try target.hear(seconds: 7)
            try caller.hangUp()
            try target.wait(for: "CALL_CLOSED")
            #expect(try target.recording().shareHolding(hertz: 440) > 0.3)
            #expect(try caller.recording().shareHolding(hertz: 1_000) > 0.3)
        }

        @Test func aSupervisorWhispersToOneParty() throws {
            let supervisor = try Baresip(SIPAccount("104", at: daemon.port), toneHertz: 1_500)
            try control("supervise", call, "104", "whisper", "--beside", "102")
            try supervisor.wait(for: "CALL_ESTABLISHED")
            try supervisor.hear(seconds: 3)
            try asker.hear(seconds: 5)
            try caller.hangUp()
            try supervisor.wait(for: "CALL_CLOSED")
            #expect(try caller.recording().shareHolding(hertz: 600) > 0.6, "the caller hears 102 only")
            #expect(try caller.recording().shareHolding(hertz: 1_500) < 0.05)
            #expect(try asker.recording().shareHolding(hertz: 440) < 0.9, "102 hears both")
        }
    }

    /// Phones that are told to answer.
    @Suite(.serialized) struct RemoteAnswerTests {
        @Test func ourPhoneAnswersWhenItIsTold() throws {
            let daemon = try Daemon()
            let phone = try PBXPhone(SIPAccount("102", at: daemon.port), toneHertz: 600, answersAtOnce: false)
            let caller = try PBXPhone(SIPAccount("101", at: daemon.port), toneHertz: 440)
            try caller.dial("102")
            try phone.wait(for: "incoming")
            let answer = try daemon.control("answer", try daemon.firstCall(), "102")
            #expect(answer.status == 0, "\(answer.output)")
            try caller.wait(for: "active")
            try caller.hear(seconds: 2)
            #expect(try caller.recording().shareHolding(hertz: 600) > 0.7)
            let digits = try daemon.control("digits", try daemon.firstCall(), "42", "--by", "102")
            #expect(digits.status == 0, "\(digits.output)")
            try caller.waitForEvent(#""event":"digit""#, #""digit":"4""#)
            try caller.hangUp()
            try phone.wait(for: "ended")
        }

        @Test func aPhoneThatDoesNotKnowHowRingsOn() throws {
            let daemon = try Daemon()
            let phone = try Baresip(SIPAccount("102", at: daemon.port), toneHertz: 600, answersAtOnce: false)
            let caller = try PBXPhone(SIPAccount("101", at: daemon.port), toneHertz: 440)
            try caller.dial("102")
            try phone.wait(for: "CALL_INCOMING")
            let answer = try daemon.control("answer", try daemon.firstCall(), "102")
            #expect(answer.status == 0, "\(answer.output)")
            // It is called again; one that understands being asked to answer does.
            try phone.wait(for: "CALL_CLOSED")
            try phone.wait(for: "CALL_INCOMING")
            let decline = try daemon.control("decline", try daemon.firstCall(), "102")
            #expect(decline.status == 0, "\(decline.output)")
            try caller.wait(for: "ended")
        }
    }
}

extension Daemon {
    /// The identity of the call that is up, the oldest of several.
    func firstCall() throws -> String {
        struct Reply: Decodable {
            struct Call: Decodable { let callId: String }
            let calls: [Call]
        }
        return try Waiting.value(of: "a call to be up") {
            let output = try control("calls", "--json").output
            return try JSONDecoder().decode(Reply.self, from: Data(output.utf8)).calls.first?.callId
        }
    }

    /// Waits until the call is in this state.
    func waitForCall(_ id: String, toShow text: String) throws {
        try Waiting.until("call \(id) to show \"\(text)\"") { try control("calls", "show", id).output.contains(text) }
    }
}
