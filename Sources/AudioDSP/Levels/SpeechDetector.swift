/// Tells speech from background, frame by frame: for the active speaker, for silence suppression and for gain control.
///
/// What stands out of a floor that follows the quietest sound of the last seconds is speech; a while after its end is
/// taken along, as words end quietly.
package struct SpeechDetector: Sendable {
    /// What was heard in one frame.
    package struct Finding: Hashable, Sendable {
        package var isSpeech: Bool
        /// In dBov.
        package var level: Double
    }

    /// Nothing quieter is speech, in dBov.
    package static let speechLevelMin = -52.0
    /// How far speech stands out of the floor, in dB.
    static let standOut = 9.0
    /// How long speech is held to go on after its last loud sound.
    static let holdMilliseconds = 240
    /// Loud sound for this long before it counts: a knock is none.
    static let onsetMilliseconds = 20
    /// How fast the floor rises in noise, and falls in silence, in dB a second.
    private static let floorRise = 4.0
    private static let floorFall = 60.0
    private static let floorMax = -25.0
    /// Until there is a frame to go by, and the most that a first frame is taken to be background.
    private static let floorAtFirst = -40.0

    private let sampleRate: Int
    /// Level of the background, in dBov.
    package private(set) var floor = floorAtFirst
    private var isFirst = true
    private var samplesLoud = 0
    private var samplesHeld = 0

    package init(sampleRate: Int) { self.sampleRate = max(1, sampleRate) }

    /// Judges the next frame.
    package mutating func hear(_ samples: Span<Int16>) -> Finding {
        let level = Decibels.level(meanSquare: PCM.meanSquare(samples))
        let seconds = Double(samples.count) / Double(sampleRate)
        if isFirst, !samples.isEmpty {
            isFirst = false
            floor = min(level, Self.floorAtFirst)
        }
        let isLoud = level > Self.speechLevelMin && level > floor + Self.standOut
        if level < floor {
            floor = max(level, floor - Self.floorFall * seconds, Decibels.silence)
        } else {
            floor = min(level, floor + Self.floorRise * seconds, Self.floorMax)
        }
        samplesLoud = isLoud ? min(samplesLoud + samples.count, sampleRate) : 0
        if samplesLoud >= Self.onsetMilliseconds * sampleRate / 1_000 {
            samplesHeld = Self.holdMilliseconds * sampleRate / 1_000
        } else if !isLoud {
            samplesHeld = max(0, samplesHeld - samples.count)
        }
        return Finding(isSpeech: samplesHeld > 0, level: level)
    }

    package mutating func reset() { self = SpeechDetector(sampleRate: sampleRate) }
}
