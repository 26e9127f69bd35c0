/// Plays a signal frame by frame without a gap, at any rate. All memory is taken when it is made.
package struct TonePlayer: Sendable {
    /// −13 dBm0: where ITU-T E.180 §9 has the middle of what networks send.
    package static let levelDefault = -19.0

    package let sampleRate: Int
    private let pattern: TonePattern
    private let level: Double
    private var oscillator: ToneOscillator
    private var step = 0
    private var samplesLeft = 0
    private var isEndless = false
    package private(set) var isFinished = false

    /// - Parameter level: of all frequencies together, in dBov.
    package init(_ pattern: TonePattern, sampleRate: Int, level: Double = levelDefault) {
        self.pattern = pattern
        self.sampleRate = sampleRate
        self.level = level
        oscillator = ToneOscillator(sampleRate: sampleRate)
        begin(0)
    }

    /// Fills `samples`, with silence once the signal has ended; returns how many samples belong to the signal.
    package mutating func next(into samples: inout MutableSpan<Int16>) -> Int {
        var written = 0
        while written < samples.count, !isFinished {
            let count = isEndless ? samples.count - written : min(samplesLeft, samples.count - written)
            let ramp = ToneOscillator.rampMilliseconds * sampleRate / 1_000
            // The fade belongs to the step, unless the next one sounds too: then the tone changes over at full volume.
            let isHeldOver = isEndless || nextStepSounds
            let fadesAfter = isHeldOver ? count : max(0, samplesLeft - ramp)
            if pattern.steps[step].frequenciesHz == .zero {
                for index in written..<(written + count) { samples[index] = 0 }
            } else {
                oscillator.write(written..<(written + count), of: &samples, fadesAfter: fadesAfter)
            }
            written += count
            samplesLeft -= count
            if !isEndless, samplesLeft <= 0 { begin(step + 1) }
        }
        for index in written..<samples.count { samples[index] = 0 }
        return written
    }

    /// Starts over.
    package mutating func restart() {
        isFinished = false
        oscillator.silence()
        begin(0)
    }

    private var nextStepSounds: Bool {
        if step + 1 < pattern.steps.count { return pattern.steps[step + 1].frequenciesHz != .zero }
        return pattern.repeats && pattern.steps[0].frequenciesHz != .zero
    }

    private mutating func begin(_ next: Int) {
        // A pattern whose round takes no time would never let go.
        let isPlayable = pattern.roundMilliseconds.map { $0 > 0 } ?? true
        guard isPlayable, next < pattern.steps.count || pattern.repeats else {
            isFinished = true
            return
        }
        step = next < pattern.steps.count ? next : 0
        let current = pattern.steps[step]
        isEndless = current.milliseconds == 0
        samplesLeft = max(1, current.milliseconds * sampleRate / 1_000)
        var tones: Float = 0
        for index in 0..<4 where current.frequenciesHz[index] > 0 { tones += 1 }
        guard tones > 0 else {
            oscillator.silence()
            return
        }
        let amplitude = Float(Decibels.sineAmplitude(level: level)) / tones.squareRoot()
        oscillator.tune(current.frequenciesHz, amplitude: SIMD4(repeating: amplitude))
    }
}
