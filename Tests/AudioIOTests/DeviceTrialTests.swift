import AudioIO
import Testing

@Suite struct DeviceTrialTests {
    private let sampleRate = 16_000

    /// One second of a square wave, loud in its first half and soft in its second.
    private func sound(loud: Int16, soft: Int16) -> [Int16] {
        (0..<sampleRate).map { index in
            let height = index < sampleRate / 2 ? loud : soft
            return index / 20 % 2 == 0 ? height : -height
        }
    }

    @Test(
        arguments: [
            (0, 0, "silence"), (40, 0, "faint"), (8_000, 10, "fine"), (8_000, 2_000, "noise"),
            (Int16.max, 10, "too loud"),
        ] as [(Int16, Int16, String)])
    func saysWhatIsWrongWithAMicrophone(loud: Int16, soft: Int16, word: String) {
        let finding = DeviceTrial.Finding(sound(loud: loud, soft: soft), sampleRate: sampleRate)
        #expect(finding.words.contains(word))
    }

    @Test func aMissingDeviceIsNamed() {
        let trial = DeviceTrial(.init(capture: "nosuchdevice", playback: "nosuchdevice"))
        #expect(throws: AudioProblem.self) { try trial.record(seconds: 1) }
        do throws(AudioProblem) {
            try trial.play([0])
            Issue.record("a device that does not exist plays")
        } catch {
            #expect(error.description.contains("speaker \"nosuchdevice\""))
        }
    }
}
