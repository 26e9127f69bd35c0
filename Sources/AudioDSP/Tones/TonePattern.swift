/// One stretch of a signal: up to four frequencies together, or silence.
package struct ToneStep: Hashable, Sendable {
    /// In Hz; zero where fewer than four sound.
    package var frequenciesHz: SIMD4<Float>
    /// 0: without end.
    package var milliseconds: Int

    package init(frequenciesHz: SIMD4<Float>, milliseconds: Int) {
        self.frequenciesHz = frequenciesHz
        self.milliseconds = milliseconds
    }

    static func on(_ milliseconds: Int, _ first: Float, _ second: Float = 0) -> ToneStep {
        ToneStep(frequenciesHz: [first, second, 0, 0], milliseconds: milliseconds)
    }

    static func off(_ milliseconds: Int) -> ToneStep { ToneStep(frequenciesHz: .zero, milliseconds: milliseconds) }
}

/// A signal as its cadence: steps one after the other, from the start again if it repeats.
package struct TonePattern: Hashable, Sendable {
    package var steps: [ToneStep]
    package var repeats: Bool

    package init(_ steps: [ToneStep], repeats: Bool = true) {
        self.steps = steps
        self.repeats = repeats
    }

    /// Of one round, in milliseconds; nil when a step does not end.
    package var roundMilliseconds: Int? {
        steps.contains { $0.milliseconds == 0 } ? nil : steps.reduce(0) { $0 + $1.milliseconds }
    }
}
