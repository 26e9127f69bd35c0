/// What the sound of one direction was like, where it is decoded: how loud speech and noise are, how much is silence,
/// and whether somebody shouts into a microphone that cannot take it. Fixed size, fed with every frame.
package struct SignalStatistics: Sendable {
    /// Frames below are silence: −50 dBov as a mean square.
    static let silencePower = 10_737.0
    /// A-law's and µ-law's loudest samples lie a little below the 16-bit ones.
    static let clipMagnitude = 32_000
    /// So many samples in a row at the end of the scale are a flat top, a single one is a peak.
    static let clipRun = 3

    package private(set) var samples: UInt64 = 0
    /// Samples in flat tops.
    package private(set) var clippedSamples: UInt64 = 0
    private var silentSamples: UInt64 = 0
    private var speechSum = 0.0
    private var noiseSum = 0.0
    private var run = 0

    package init() {}

    /// Takes one frame of sound received; concealed frames and comfort noise are not the sender's and stay out.
    package mutating func measure(_ pcm: Span<Int16>) {
        guard !pcm.isEmpty else { return }
        var sum: Int64 = 0
        for index in pcm.indices {
            let sample = Int64(pcm[index])
            sum &+= sample &* sample
            if sample.magnitude >= UInt64(Self.clipMagnitude) { noteLoud() } else { run = 0 }
        }
        samples &+= UInt64(pcm.count)
        if Double(sum) < Self.silencePower * Double(pcm.count) {
            silentSamples &+= UInt64(pcm.count)
            noiseSum += Double(sum)
        } else {
            speechSum += Double(sum)
        }
    }

    /// Adds what was measured elsewhere, of the same sender.
    package mutating func add(_ other: SignalStatistics) {
        samples &+= other.samples
        clippedSamples &+= other.clippedSamples
        silentSamples &+= other.silentSamples
        speechSum += other.speechSum
        noiseSum += other.noiseSum
    }

    private mutating func noteLoud() {
        run += 1
        if run == Self.clipRun {
            clippedSamples &+= UInt64(Self.clipRun)
        } else if run > Self.clipRun {
            clippedSamples &+= 1
        }
    }

    /// Mean level of what is no silence, in dBov; nil when there was nothing else.
    package var speechLevel: Double? {
        let count = samples - silentSamples
        return count == 0 ? nil : Decibels.level(meanSquare: speechSum / Double(count))
    }

    /// Mean level of silence, in dBov; nil when there was none.
    package var noiseLevel: Double? {
        silentSamples == 0 ? nil : Decibels.level(meanSquare: noiseSum / Double(silentSamples))
    }

    /// Share of silence, 0…1; nil before the first frame.
    package var silentShare: Double? { samples == 0 ? nil : Double(silentSamples) / Double(samples) }
}
