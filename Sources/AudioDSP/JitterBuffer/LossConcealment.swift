/// Fills what was lost with what was heard before: the last periods of the voice go on, fading out within 60 ms, and
/// blend into the sound that returns (of the kind of ITU-T G.711 Appendix I, without its added delay). For codecs that
/// bring no concealment of their own.
///
///     listening ──conceal──▶ concealing ──received──▶ listening (first milliseconds blended)
///
/// Storage is made at once; afterwards nothing is allocated.
package struct LossConcealment: ~Copyable {
    /// After so long it is silent.
    package static let audibleMilliseconds = 60
    /// For so long the loudness stays.
    static let steadyMilliseconds = 10
    private static let historyMilliseconds = 60
    private static let templateMilliseconds = 20
    /// Below this the sound does not repeat itself: noise, best continued by its longest stretch.
    private static let correlationMin: Float = 0.35

    package let sampleRate: Int
    private var history: [Int16]
    private var filled = 0
    /// Samples concealed in a row; 0 while sound arrives.
    private var concealed = 0
    private var period = 0
    /// How many periods are repeated: more, the longer it takes, or it would hum.
    private var periods = 1
    private var position = 0
    /// What the first concealed sample is too low, undone over the first quarter of a period.
    private var step: Float = 0

    package init(sampleRate: Int) {
        self.sampleRate = max(8_000, sampleRate)
        history = Array(repeating: 0, count: self.sampleRate * Self.historyMilliseconds / 1_000)
    }

    package var isConcealing: Bool { concealed > 0 }

    /// Sound has arrived, the first `count` samples of `pcm`: blends its beginning with what was concealed before, and
    /// remembers it.
    package mutating func received(_ pcm: inout MutableSpan<Int16>, count: Int) {
        let count = min(count, pcm.count)
        if concealed > 0 { blend(into: &pcm, count: count) }
        concealed = 0
        remember(pcm.span, count: count)
    }

    /// Fills the first `count` samples of `pcm` in place of sound that is missing.
    package mutating func conceal(_ pcm: inout MutableSpan<Int16>, count: Int) {
        if concealed == 0 { begin() }
        for index in 0..<min(count, pcm.count) { pcm[index] = Self.clamped(next()) }
    }

    /// Another source: what was heard before must not be heard again.
    package mutating func startOver() {
        filled = 0
        concealed = 0
    }

    private mutating func begin() {
        let count = history.count
        let longest = sampleRate * PitchSearch.longestMicroseconds / 1_000_000
        let shortest = sampleRate * PitchSearch.shortestMicroseconds / 1_000_000
        let template = sampleRate * Self.templateMilliseconds / 1_000
        period = longest
        if filled >= longest + template {
            let match = PitchSearch.best(
                in: history.span, from: count - template, length: template, periods: shortest...longest,
                stride: PitchSearch.stride(sampleRate: sampleRate) / 2 + 1)
            if match.correlation > Self.correlationMin { period = match.period }
        }
        periods = 1
        position = 0
        step = Float(history[count - 1]) - Float(history[count - 1 - period])
    }

    /// The next concealed sample.
    private mutating func next() -> Float {
        let milliseconds = Float(concealed) * 1_000 / Float(sampleRate)
        concealed += 1
        guard milliseconds < Float(Self.audibleMilliseconds) else { return 0 }
        let cycle = periods * period
        let overlap = period / 4
        let start = history.count - cycle
        var sample = Float(history[start + position])
        let intoOverlap = position - (cycle - overlap)
        if intoOverlap >= 0 {
            // Towards what preceded the cycle, as its first sample comes next.
            let weight = Float(intoOverlap + 1) / Float(overlap + 1)
            sample += weight * (Float(history[start - overlap + intoOverlap]) - sample)
        }
        if concealed <= overlap { sample += step * (1 - Float(concealed) / Float(overlap + 1)) }
        advance(milliseconds: milliseconds, cycle: cycle, overlap: overlap)
        let steady = Float(Self.steadyMilliseconds)
        let fading = max(0, milliseconds - steady) / (Float(Self.audibleMilliseconds) - steady)
        return sample * (1 - fading)
    }

    private mutating func advance(milliseconds: Float, cycle: Int, overlap: Int) {
        position += 1
        // One period for 10 ms, two for the next 10, then three. Counted from the end, the place stays the same.
        let wanted = min(3, 1 + Int(milliseconds) / 10)
        if wanted > periods, position < cycle - overlap {
            position += period
            periods += 1
        }
        if position >= periods * period { position = 0 }
    }

    private mutating func blend(into pcm: inout MutableSpan<Int16>, count received: Int) {
        // 4 ms, and 4 more for every 10 ms that were concealed.
        let milliseconds = min(10, 4 + 4 * (concealed * 1_000 / sampleRate) / 10)
        let count = min(received, sampleRate * milliseconds / 1_000)
        for index in 0..<count {
            let weight = Float(index + 1) / Float(count + 1)
            pcm[index] = Self.clamped(next() * (1 - weight) + Float(pcm[index]) * weight)
        }
    }

    private mutating func remember(_ pcm: Span<Int16>, count: Int) {
        let room = history.count
        let taken = min(room, count)
        var target = history.mutableSpan
        for index in 0..<room - taken { target[index] = target[index + taken] }
        for index in 0..<taken { target[room - taken + index] = pcm[count - taken + index] }
        filled = min(room, filled + taken)
    }

    private static func clamped(_ value: Float) -> Int16 { Int16(max(-32_768, min(32_767, value.rounded()))) }
}
