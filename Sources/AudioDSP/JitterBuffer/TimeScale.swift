/// Makes a frame shorter or longer without changing its pitch: one period of the voice is blended away or repeated
/// (waveform similarity overlap-add). The frame's first and last samples stay, so that it fits between its neighbours.
package enum TimeScale {
    /// Sound that resembles itself less is left alone.
    static let correlationMin: Float = 0.8
    /// Below this mean magnitude (about −50 dBov) nobody hears what is cut out.
    static let silenceMagnitude = 64

    /// Takes up to `excess` samples out of the first `count` of `pcm`; returns how many are left. A voice loses whole
    /// periods only, at most one a call.
    package static func shorten(
        _ pcm: inout MutableSpan<Int16>, count: Int, excess: Int, sampleRate: Int
    ) -> Int {
        guard let period = period(in: pcm.span, count: count, wanted: excess, sampleRate: sampleRate) else {
            return count
        }
        let overlap = min(period, count - period)
        for index in 0..<count - period {
            let later = Float(pcm[index + period])
            guard index < overlap else {
                pcm[index] = pcm[index + period]
                continue
            }
            let weight = Float(index + 1) / Float(overlap + 1)
            pcm[index] = Int16((Float(pcm[index]) + weight * (later - Float(pcm[index]))).rounded())
        }
        return count - period
    }

    /// Adds up to `shortage` samples to the first `count` of `pcm`, as far as there is room; returns how many there
    /// are.
    package static func lengthen(
        _ pcm: inout MutableSpan<Int16>, count: Int, shortage: Int, sampleRate: Int
    ) -> Int {
        let room = pcm.count - count
        guard let period = period(in: pcm.span, count: count, wanted: min(room, shortage), sampleRate: sampleRate),
            period <= room
        else { return count }
        let overlap = min(period, count - period)
        // From the end, as the frame is stretched in place: what follows the seam moves back by a period.
        var index = count + period - 1
        while index >= period + overlap {
            pcm[index] = pcm[index - period]
            index -= 1
        }
        while index >= period {
            let weight = Float(index - period + 1) / Float(overlap + 1)
            let going = Float(pcm[index])
            pcm[index] = Int16((going + weight * (Float(pcm[index - period]) - going)).rounded())
            index -= 1
        }
        return count + period
    }

    /// Whether nobody would miss it.
    package static func isSilent(_ pcm: Span<Int16>, count: Int) -> Bool {
        guard count > 0 else { return true }
        var sum = 0
        for index in 0..<count { sum += abs(Int(pcm[index])) }
        return sum < silenceMagnitude * count
    }

    /// How many samples may go or come again; nil when it would be heard.
    private static func period(in pcm: Span<Int16>, count: Int, wanted: Int, sampleRate: Int) -> Int? {
        guard wanted > 0, count <= pcm.count, count >= sampleRate / 200 else { return nil }
        if isSilent(pcm, count: count) { return min(wanted, count / 2) }
        let shortest = sampleRate * PitchSearch.shortestMicroseconds / 1_000_000
        let longest = min(sampleRate * PitchSearch.longestMicroseconds / 1_000_000, count / 2)
        guard longest > shortest else { return nil }
        let match = PitchSearch.best(
            in: pcm, from: longest, length: count - longest, periods: shortest...longest,
            stride: PitchSearch.stride(sampleRate: sampleRate) / 2 + 1)
        return match.correlation >= correlationMin ? match.period : nil
    }
}
