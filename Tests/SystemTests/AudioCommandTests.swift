import Foundation
import SystemTestKit
import Testing

extension DemoTests {
    /// `pbx-phone audio` with a sound card that keeps time.
    @Suite(.serialized) struct AudioCommandTests {
        private static let clickSpacing = 8_000

        private func card(toneHertz: Double?) throws -> VirtualCard {
            let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
                .appendingPathComponent("Peers/virtual_card.c")
            return try VirtualCard(source: source, toneHertz: toneHertz)
        }

        private func run(_ arguments: [String], _ card: VirtualCard) throws -> (status: Int32, output: String) {
            try Programs.run(
                try Programs.ours("pbx-phone"), ["audio"] + arguments + ["--capture", "mic", "--playback", "spk"],
                environment: ["ALSA_CONFIG_PATH": try card.configuration()])
        }

        @Test("loop says how long sound takes, and it does take that long")
        func loop() throws {
            let card = try card(toneHertz: nil)
            // A burst every half second.
            try card.say(
                (0..<Self.clickSpacing).map { index in
                    index < 80 ? (index % 16 < 8 ? 12_000 : -12_000) : 0
                })
            let result = try run(["loop", "--raw-microphone", "--seconds", "5"], card)
            #expect(result.status == 0)
            let told = result.output.split(separator: "\n").compactMap { line -> Double? in
                guard line.hasPrefix("delay ") else { return nil }
                return Double(line.dropFirst(6).prefix { $0.isNumber })
            }
            let claimed = try #require(told.last, "\(result.output)")
            let measured = try #require(delays(card).last)
            #expect(abs(claimed - measured) < 12, "it says \(claimed) ms and takes \(measured) ms")
            #expect(measured < 80)
        }

        /// How long after the microphone each burst reaches the speaker, in milliseconds.
        private func delays(_ card: VirtualCard) throws -> [Double] {
            let heard = try card.spoken().samples
            let starts = card.events(of: "spk").filter { $0.what == "start" }
            let mic = try #require(card.events(of: "mic").first { $0.what == "start" })
            var found: [Double] = []
            var index = 0
            while index < heard.count {
                guard abs(Int(heard[index])) > 3_000 else {
                    index += 1
                    continue
                }
                // What is given before a start is heard from it on.
                let lead = starts.first?.samples ?? 0
                if let start = starts.last(where: { $0.samples - lead <= index }) {
                    let heardAt =
                        Double(start.nanoseconds) / 1e6 + Double(index - (start.samples - lead)) / 16
                    let since = heardAt - Double(mic.nanoseconds) / 1e6
                    found.append(since.truncatingRemainder(dividingBy: Double(Self.clickSpacing) / 16))
                }
                index += Self.clickSpacing / 2
            }
            return found
        }

        @Test(
            "test says in words what is wrong",
            arguments: [(440.0, true, "fine"), (nil, true, "silence"), (440.0, false, "does not exist")])
        func trial(toneHertz: Double?, isPlugged: Bool, words: String) throws {
            let card = try card(toneHertz: toneHertz)
            if !isPlugged { try card.pullOut() }
            let result = try run(["test", "--seconds", "1"], card)
            #expect(result.output.contains(words), "\(result.output)")
        }
    }
}
