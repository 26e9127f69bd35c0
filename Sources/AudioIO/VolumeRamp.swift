/// How loud the card's two ends are, in percent; 0 is silence, 100 leaves samples as they are.
package struct CardVolume: Hashable, Sendable {
    package var speaker: Int
    package var microphone: Int

    package init(speaker: Int = 100, microphone: Int = 100) {
        self.speaker = speaker
        self.microphone = microphone
    }
}

/// A volume that changes without a click: from the old factor to the new one within one frame.
package struct VolumeRamp {
    private var factor: Float = 1

    /// As loud as ears have it: the cube of the percentage.
    private static func factor(percent: Int) -> Float {
        let share = Float(max(0, percent)) / 100
        return share * share * share
    }

    package init() {}

    /// Changes one frame.
    package mutating func apply(percent: Int, to samples: UnsafeMutableBufferPointer<Int16>) {
        let target = Self.factor(percent: percent)
        defer { factor = target }
        guard factor != 1 || target != 1, !samples.isEmpty else { return }
        let step = (target - factor) / Float(samples.count)
        var current = factor
        for index in samples.indices {
            current += step
            samples[index] = Int16(max(-32_768, min(32_767, Float(samples[index]) * current)))
        }
    }
}
