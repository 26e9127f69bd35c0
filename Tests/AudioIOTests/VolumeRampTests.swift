import AudioIO
import Testing

@Suite struct VolumeRampTests {
    private func applied(_ percents: [Int], to height: Int16) -> [[Int16]] {
        var ramp = VolumeRamp()
        return percents.map { percent in
            var frame = [Int16](repeating: height, count: 160)
            frame.withUnsafeMutableBufferPointer { ramp.apply(percent: percent, to: $0) }
            return frame
        }
    }

    @Test("a hundred percent leaves samples as they are")
    func neutral() {
        #expect(applied([100, 100], to: 12_345) == Array(repeating: Array(repeating: 12_345, count: 160), count: 2))
    }

    @Test("a change takes one frame, without a step that clicks")
    func ramp() {
        let frames = applied([0, 0, 100], to: 16_000)
        for frame in [frames[0], frames[2]] {
            #expect(zip(frame, frame.dropFirst()).allSatisfy { abs(Int($0) - Int($1)) <= 101 })
        }
        #expect(frames[0].last == 0 && frames[1].allSatisfy { $0 == 0 } && frames[2].last == 16_000)
    }

    @Test("loud sound is clipped, not wrapped", arguments: [Int16.max, Int16.min])
    func clipping(height: Int16) {
        #expect(applied([150], to: height)[0].allSatisfy { ($0 < 0) == (height < 0) })
    }

    @Test("half a volume is 18 dB less")
    func law() {
        #expect(applied([50, 50], to: 16_000)[1].allSatisfy { $0 == 2_000 })
    }
}
