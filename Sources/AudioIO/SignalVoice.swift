import AudioDSP

/// Adds a signal to what the speaker plays, while a call is up at the same device.
struct SignalVoice {
    private var tone: SignalTone?
    private var serial = 0
    private var player: TonePlayer?
    private var samples = [Int16](repeating: 0, count: CardStream.frameSamples)

    /// - Parameter serial: counts the wishes: the same tone wished for again begins again.
    mutating func mix(_ wished: SignalTone?, serial: Int, into frame: UnsafeMutableBufferPointer<Int16>) {
        if wished != tone || serial != self.serial {
            (tone, self.serial) = (wished, serial)
            player = wished.map {
                TonePlayer($0.pattern, sampleRate: CardStream.sampleRate, level: $0.level)
            }
        }
        guard player?.isFinished == false else { return }
        // Out of `self` while it is written to; the empty array in its place costs nothing.
        var tones: [Int16] = []
        swap(&tones, &samples)
        var span = tones.mutableSpan
        _ = player?.next(into: &span)
        for index in 0..<min(frame.count, span.count) {
            let sum = Int32(frame[index]) + Int32(span[index])
            frame[index] = Int16(max(-32_768, min(32_767, sum)))
        }
        swap(&tones, &samples)
    }
}
