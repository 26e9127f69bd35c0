import SystemTestKit
import Testing

extension DemoTests {
    /// Our own phone with real ones: directly, and through the daemon.
    @Suite(.serialized) struct PBXPhoneTests {
        private func checkTone(
            _ recording: WaveFile, _ who: Comment, holds hertz: Double,
            sourceLocation: SourceLocation = #_sourceLocation
        ) {
            #expect(recording.shareHolding(hertz: hertz) > 0.8, who, sourceLocation: sourceLocation)
        }

        // MARK: Directly

        @Test func callsBaresipDirectly() throws {
            let port = try LoopbackPorts.take(2)
            let baresip = try Baresip(
                SIPAccount("bob", at: port), toneHertz: 1_000, media: PhoneMedia(), registers: false, sipPort: port)
            let phone = try PBXPhone(toneHertz: 440)
            try phone.dial("sip:bob@127.0.0.1:\(port)")
            try phone.wait(for: "active")
            try phone.hear(seconds: 3)
            try baresip.hear(seconds: 3)
            try phone.hangUp()
            try baresip.wait(for: "CALL_CLOSED")
            #expect(try phone.quit() == 0)
            checkTone(try phone.recording(), "pbx-phone hears baresip", holds: 1_000)
            checkTone(try baresip.recording(), "baresip hears pbx-phone", holds: 440)
        }

        @Test func baresipCallsItDirectly() throws {
            let baresip = try Baresip(
                SIPAccount("bob", at: try LoopbackPorts.take(2)), toneHertz: 1_000, registers: false)
            let phone = try PBXPhone(toneHertz: 440)
            try baresip.dial(uri: phone.uri)
            try phone.wait(for: "active")
            try phone.hear(seconds: 3)
            try baresip.hear(seconds: 3)
            try baresip.hangUp()
            try phone.wait(for: "ended")
            #expect(try phone.quit() == 0)
            checkTone(try phone.recording(), "pbx-phone hears baresip", holds: 1_000)
            checkTone(try baresip.recording(), "baresip hears pbx-phone", holds: 440)
        }

        @Test func callsLinphoneDirectly() throws {
            let port = try LoopbackPorts.take(2)
            let linphone = try Linphone(
                SIPAccount("bob", at: port), toneHertz: 1_000, sipPort: port, registers: false)
            try linphone.expectCall()
            let phone = try PBXPhone(toneHertz: 440)
            try phone.dial("sip:bob@127.0.0.1:\(port)")
            try phone.wait(for: "active")
            try phone.hear(seconds: 3)
            try linphone.hear(seconds: 3)
            try phone.hangUp()
            _ = try linphone.waitForEnd()
            #expect(try phone.quit() == 0)
            checkTone(try phone.recording(), "pbx-phone hears linphone", holds: 1_000)
            checkTone(try linphone.recording(), "linphone hears pbx-phone", holds: 440)
        }

        @Test func linphoneCallsItDirectly() throws {
            let linphone = try Linphone(
                SIPAccount("bob", at: try LoopbackPorts.take(2)), toneHertz: 1_000, registers: false)
            let phone = try PBXPhone(toneHertz: 440)
            try linphone.dial(uri: phone.uri)
            try phone.wait(for: "active")
            try phone.hear(seconds: 3)
            try linphone.hear(seconds: 3)
            try linphone.hangUp()
            try phone.wait(for: "ended")
            #expect(try phone.quit() == 0)
            checkTone(try phone.recording(), "pbx-phone hears linphone", holds: 1_000)
            checkTone(try linphone.recording(), "linphone hears pbx-phone", holds: 440)
        }

        // MARK: With a sound card

        @Test func microphoneAndSpeakerAreInTheCall() throws {
            let phone = try PBXPhone(toneHertz: 440, sound: .card(isFiltered: false))
            let other = try PBXPhone(toneHertz: 1_000)
            try phone.say("levels on")
            try phone.dial(other.uri)
            try phone.wait(for: "active")
            try phone.waitForEvent(#""event":"levels""#)
            try phone.say("volume speaker 80")
            try phone.waitForEvent(#""event":"volume""#, #""speaker":80"#)
            try other.hear(seconds: 3)
            try phone.hangUp()
            try other.wait(for: "ended")
            #expect(try phone.quit() == 0)
            #expect(try other.quit() == 0)
            checkTone(try other.recording(), "the microphone is heard", holds: 440)
            checkTone(try phone.spoken(), "the speaker is given what the other says", holds: 1_000)
        }

        @Test func aMicrophoneThatIsGoneIsToldAndTheCallGoesOn() throws {
            let phone = try PBXPhone(toneHertz: 440, sound: .card(isFiltered: true, capture: "nosuch"))
            let other = try PBXPhone(toneHertz: 1_000)
            try phone.dial(other.uri)
            try phone.wait(for: "active")
            try phone.waitForEvent(#""event":"failed""#, "nosuch")
            try other.hear(seconds: 3)
            try phone.hangUp()
            try other.wait(for: "ended")
            #expect(try phone.quit() == 0)
            #expect(try other.quit() == 0)
            checkTone(try phone.spoken(), "the speaker goes on", holds: 1_000)
        }

        // MARK: Through the daemon

        @Test(arguments: SIPAccount.Transport.allCases)
        func callsBaresipThroughTheDaemonAndHolds(transport: SIPAccount.Transport) throws {
            let daemon = try Daemon()
            let baresip = try Baresip(SIPAccount("102", at: daemon.port), toneHertz: 1_000)
            let phone = try PBXPhone(SIPAccount("101", at: daemon.port, transport: transport), toneHertz: 440)
            try phone.dial("102")
            try phone.wait(for: "active")
            try phone.hear(seconds: 3)
            try baresip.hear(seconds: 3)
            let mark = phone.mark
            try phone.say("hold")
            try phone.wait(for: "held", after: mark)
            try phone.say("resume")
            try phone.waitForEvent(#""line":1,"#, #""state":"active""#, after: mark)
            try phone.hangUp()
            try baresip.wait(for: "CALL_CLOSED")
            #expect(try phone.quit() == 0)
            let heard = try phone.recording()
            #expect(heard.shareHolding(hertz: 1_000) > 0.7)
        }

        @Test func linphoneCallsItThroughTheDaemonAndDigitsArrive() throws {
            let daemon = try Daemon()
            let phone = try PBXPhone(SIPAccount("101", at: daemon.port), toneHertz: 440)
            let other = try PBXPhone(SIPAccount("103", at: daemon.port), toneHertz: 600)
            let linphone = try Linphone(SIPAccount("102", at: daemon.port), toneHertz: 1_000)
            try linphone.dial("101")
            try linphone.waitForCall()
            try phone.hear(seconds: 3)
            try linphone.hear(seconds: 3)
            try linphone.hangUp()
            try phone.wait(for: "ended")
            checkTone(try linphone.recording(), "linphone hears pbx-phone", holds: 440)
            try other.dial("101")
            try other.wait(for: "active")
            try other.say("digits 12#")
            try phone.waitForEvent(##""digit":"#""##)
            #expect(phone.output.split(separator: "\n").count { $0.contains(#""event":"digit""#) } == 3)
            #expect(try other.quit() == 0)
            #expect(try phone.quit() == 0)
            checkTone(try phone.recording(), "pbx-phone hears linphone", holds: 1_000)
        }

        @Test func threePhonesHearEachOther() throws {
            let daemon = try Daemon()
            let phone = try PBXPhone(SIPAccount("101", at: daemon.port), toneHertz: 440)
            let other = try PBXPhone(SIPAccount("103", at: daemon.port), toneHertz: 600)
            // The second to be called: a baresip that was held begins another file.
            let baresip = try Baresip(SIPAccount("102", at: daemon.port), toneHertz: 1_000)
            try phone.dial("103")
            try phone.wait(for: "active")
            try phone.dial("102")
            try phone.wait(for: "active", line: 2)
            try phone.say("join")
            try phone.waitForEvent(#""conference":true"#, #""line":1,"#, #""state":"active""#)
            try baresip.hear(seconds: 4)
            try other.hear(seconds: 4)
            #expect(try phone.quit() == 0)
            try other.wait(for: "ended")
            #expect(try other.quit() == 0)
            // Of three tones each hears the two others: neither is pure, both are there.
            #expect(try other.recording().shareHolding(both: 440, 1_000) > 0.4)
            #expect(try baresip.recording().shareHolding(both: 440, 600) > 0.4)
        }

        // MARK: Transfers between phones, without a server

        @Test func baresipIsTransferredToLinphone() throws {
            let port = try LoopbackPorts.take(2)
            let linphone = try Linphone(
                SIPAccount("carol", at: port), toneHertz: 1_000, sipPort: port, registers: false)
            try linphone.expectCall()
            let baresip = try Baresip(
                SIPAccount("bob", at: try LoopbackPorts.take(2)), toneHertz: 440, registers: false)
            let phone = try PBXPhone(toneHertz: 600)
            try baresip.dial(uri: phone.uri)
            try phone.wait(for: "active")
            try phone.say("transfer sip:carol@127.0.0.1:\(port)")
            try linphone.waitForCall()
            try phone.waitForEvent(#""cause":"transferred""#)
            try linphone.hear(seconds: 3)
            try linphone.hangUp()
            checkTone(try linphone.recording(), "linphone hears baresip", holds: 440)
        }

        // MARK: What is said of a failure

        @Test(arguments: [("999", "demo-101", 13), ("103", "demo-101", 14), ("102", "wrong", 10)])
        func theExitStatusTellsWhyACallFailed(target: String, password: String, status: Int) throws {
            let daemon = try Daemon()
            let result = try Programs.run(
                try Programs.ours("pbx-phone"),
                [
                    "--headless", "--listen", "127.0.0.1", "--account", "sip:101@127.0.0.1:\(daemon.port)", "--call",
                    target, "--ring-seconds", "2",
                ], environment: ["PBX_PHONE_PASSWORD": password])
            #expect(result.status == Int32(status), "\(result.output)")
        }
    }
}

extension WaveFile {
    /// The share of 100 ms windows that hold both tones, each with at least a fifth of the power.
    fileprivate func shareHolding(both first: Double, _ second: Double) -> Double {
        let window = sampleRate / 10
        var windows = 0
        var good = 0
        var start = 0
        while start + window <= samples.count {
            let part = samples[start..<(start + window)]
            windows += 1
            if Tone.purity(of: part, sampleRate: sampleRate, hertz: first) > 0.2,
                Tone.purity(of: part, sampleRate: sampleRate, hertz: second) > 0.2
            {
                good += 1
            }
            start += window
        }
        return windows == 0 ? 0 : Double(good) / Double(windows)
    }
}
