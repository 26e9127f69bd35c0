import Foundation
import SystemTestKit
import Testing

extension DemoTests {
    /// Our phone with sound cards that keep time, drift, and are pulled out.
    @Suite(.serialized) struct PhoneSoundTests {
        private func card(
            toneHertz: Double? = 440, captureDrift: Int = 0, playbackDrift: Int = 0
        ) throws -> VirtualCard {
            let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
                .appendingPathComponent("Peers/virtual_card.c")
            return try VirtualCard(
                source: source, toneHertz: toneHertz, captureDrift: captureDrift, playbackDrift: playbackDrift)
        }

        @Test("a card that is pulled out ends no call, and is used again when it is back")
        func hotPlug() throws {
            let card = try card()
            let phone = try PBXPhone(toneHertz: 440, sound: .virtual(card))
            let other = try PBXPhone(toneHertz: 1_000)
            try phone.dial(other.uri)
            try phone.wait(for: "active")
            try other.hear(seconds: 2)
            try card.pullOut()
            try phone.waitForEvent(#""event":"failed""#, #"microphone \"mic\" is gone"#)
            try phone.waitForEvent(#""event":"failed""#, #"speaker \"spk\" is gone"#)
            try other.hear(seconds: 4)
            let given = try card.spoken().samples.count
            try card.putBack()
            try phone.waitForEvent(#""event":"noted""#, #"microphone \"mic\" works again"#)
            try phone.waitForEvent(#""event":"noted""#, #"speaker \"spk\" works again"#)
            try other.hear(seconds: 9)
            try phone.hangUp()
            try other.wait(for: "ended")
            #expect(try phone.quit() == 0)
            #expect(try other.quit() == 0)
            let heard = try other.recording()
            let share = heard.shareHolding(hertz: 440)
            #expect(share > 0.35 && share < 0.9, "the microphone is heard before and after, not meanwhile: \(share)")
            let tail = heard.samples.suffix(heard.sampleRate * 2)
            #expect(Tone.purity(of: tail.dropLast(heard.sampleRate), sampleRate: heard.sampleRate, hertz: 440) > 0.9)
            let after = try card.spoken().samples.dropFirst(given + VirtualCard.sampleRate / 2)
            #expect(
                stride(from: after.startIndex, to: after.endIndex - 1_600, by: 1_600).contains { start in
                    Tone.purity(of: after[start..<start + 1_600], sampleRate: VirtualCard.sampleRate, hertz: 1_000)
                        > 0.95
                }, "the speaker says what the other does")
        }

        @Test("devices whose clocks differ neither run dry nor pile sound up", arguments: [(300, -300), (-300, 300)])
        func drift(capture: Int, playback: Int) throws {
            let card = try card(captureDrift: capture, playbackDrift: playback)
            let phone = try PBXPhone(toneHertz: 440, sound: .virtual(card))
            let other = try PBXPhone(toneHertz: 1_000)
            try phone.dial(other.uri)
            try phone.wait(for: "active")
            try other.hear(seconds: 12)
            try phone.hangUp()
            #expect(try phone.quit() == 0)
            #expect(try other.quit() == 0)
            #expect(try other.recording().shareHolding(hertz: 440) > 0.9)
            #expect(try card.spoken().shareHolding(hertz: 1_000) > 0.9)
            #expect(card.events(of: "mic").count { $0.what == "late" } <= 1)
            // A machine that builds something else meanwhile has its threads late.
            #expect(card.events(of: "spk").count { $0.what == "late" } <= 3, "\(card.events(of: "spk"))")
        }

        @Test("it rings at one device, and a call that waits is told at another")
        func ringing() throws {
            let card = try card()
            let phone = try PBXPhone(toneHertz: 440, answersAtOnce: false, sound: .virtual(card))
            let first = try PBXPhone(toneHertz: 1_000)
            let second = try PBXPhone(toneHertz: 600)
            try first.dial(phone.uri)
            try phone.wait(for: "incoming")
            try Waiting.until("the ring device to ring") { try card.spoken(by: "ring").seconds > 0.5 }
            #expect(card.events(of: "spk").isEmpty, "the speaker is left alone until the call is answered")
            try phone.say("answer")
            try phone.wait(for: "active")
            try Waiting.until("the ring device to be let go") {
                card.events(of: "ring").last?.what == "close"
            }
            try second.dial(phone.uri)
            try phone.wait(for: "incoming", line: 2)
            try Waiting.until("the alert device to sound") { try card.spoken(by: "alert").seconds > 0.5 }
            try phone.say("decline #2")
            try Waiting.until("the alert device to be let go") {
                card.events(of: "alert").last?.what == "close"
            }
            try phone.hangUp()
            try Waiting.until("the speaker to be let go") { card.events(of: "spk").last?.what == "close" }
            #expect(try phone.quit() == 0)
            let rung = try card.spoken(by: "ring")
            #expect(rung.samples.contains { abs(Int($0)) > 2_000 })
            let alert = try card.spoken(by: "alert").samples.prefix(VirtualCard.sampleRate / 10)
            #expect(Tone.purity(of: alert, sampleRate: VirtualCard.sampleRate, hertz: 425) > 0.9)
        }
    }
}
