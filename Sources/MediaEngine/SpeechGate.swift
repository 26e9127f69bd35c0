import AudioDSP

/// Whether a party says something, step by step: silent parties cost no mixing, and their noise adds up in nobody's
/// ear. Opens at once and closes late, so that no word is cut.
struct SpeechGate {
    /// Mean square above which it opens: -54 dBov, below any speech and above the noise of a quiet room.
    static let openMeanSquare: Int64 = 4_300
    /// How long it stays open after the last sound.
    static let hangoverMilliseconds = 300

    private(set) var isOpen = false
    private var quietMilliseconds = 0

    /// Takes what was said in one step.
    mutating func heard(_ samples: UnsafeMutableBufferPointer<Int16>, milliseconds: Int) {
        guard let base = samples.baseAddress, !samples.isEmpty else { return }
        var sum: Int64 = 0
        for index in 0..<samples.count {
            let sample = Int32(base[index])
            sum &+= Int64(sample &* sample)
        }
        guard sum / Int64(samples.count) >= Self.openMeanSquare else {
            silent(milliseconds: milliseconds)
            return
        }
        isOpen = true
        quietMilliseconds = 0
    }

    /// Takes a step in which nothing came.
    mutating func silent(milliseconds: Int) {
        quietMilliseconds = min(quietMilliseconds + milliseconds, Self.hangoverMilliseconds)
        if quietMilliseconds == Self.hangoverMilliseconds { isOpen = false }
    }
}

/// Tells when a party begins and stops to speak, for those who want to know (`RoomSeat.reportsSpeech`): against the
/// noise around it, which the gate does not care for.
struct SpeechWatch {
    private var detector: SpeechDetector
    private(set) var isSpeaking = false

    init(sampleRate: Int) { detector = SpeechDetector(sampleRate: sampleRate) }

    /// Takes what was said in one step; the change of `isSpeaking`, if there is one.
    mutating func heard(_ samples: UnsafeMutableBufferPointer<Int16>) -> Bool? {
        let isSpeech = detector.hear(UnsafeBufferPointer(samples).span).isSpeech
        guard isSpeech != isSpeaking else { return nil }
        isSpeaking = isSpeech
        return isSpeech
    }
}
