import CSpanDSP

/// Hears keys in the sound (ITU-T Q.23, Q.24): the higher tone up to 8 dB weaker or 4 dB stronger than the lower one,
/// 40 ms and more, not fooled by speech. All memory is taken when it is made.
@safe package struct DigitDetector: ~Copyable {
    /// What was heard.
    package enum Event: Hashable, Sendable {
        case began(Character)
        /// The key went up; how long it was down, give or take 13 ms.
        case ended(Character, milliseconds: Int)
    }

    /// The detector works at this rate; other sound is resampled to it.
    private static let detectorRate = 8_000
    /// ITU-T Q.24 table A-1: administrations have receivers take a higher tone up to 8 dB weaker or 4 dB stronger than
    /// the lower one. Here as the detector sees them, behind `emphasis`.
    private static let twist: Int32 = 8 + 2
    private static let reverseTwist: Int32 = 4 + 4
    /// A strong lower tone leaks into where the detector looks for the higher one, which costs a weak one: this share
    /// of the sample before is taken off, which takes lower tones down by 1 to 2.5 dB against the higher ones.
    private static let emphasis = 0.35 as Float
    /// Sound is judged in pieces of 10 ms, so that at most one thing happens in each.
    private static let piecesPerSecond = 100

    package let sampleRate: Int
    private let state: OpaquePointer
    private var resampler: Resampler
    /// One piece at the detector's rate; a rate of 44.1 kHz can give a sample more than 80.
    private var piece = InlineArray<96, Int16>(repeating: 0)
    private var lastSample: Float = 0
    private var keyDown: Character?
    private var samplesDown = 0

    /// nil for rates that cannot be resampled, and without memory.
    package init?(sampleRate: Int = 8_000) {
        guard let resampler = Resampler(from: sampleRate, to: Self.detectorRate),
            let state = unsafe pbx_spandsp_dtmf_receiver_create(Self.twist, Self.reverseTwist)
        else { return nil }
        self.sampleRate = sampleRate
        self.resampler = resampler
        unsafe self.state = state
    }

    deinit { unsafe dtmf_rx_free(state) }

    /// The key that is heard at the moment.
    package var heard: Character? { keyDown }

    /// Listens to the next frame, of any length, and tells what happened in it.
    package mutating func hear(_ samples: Span<Int16>, report: (Event) -> Void) {
        var start = 0
        while start < samples.count {
            let end = min(start + sampleRate / Self.piecesPerSecond, samples.count)
            var buffer = piece.mutableSpan
            let count = resampler.resample(samples.extracting(start..<end), into: &buffer)
            let found = listen(count)
            if found != keyDown {
                if let keyDown { report(.ended(keyDown, milliseconds: samplesDown * 1_000 / Self.detectorRate)) }
                if let found { report(.began(found)) }
                keyDown = found
                samplesDown = 0
            }
            samplesDown += count
            start = end
        }
    }

    /// The key that is down after a piece.
    private mutating func listen(_ count: Int) -> Character? {
        emphasise(count)
        unsafe piece.span.withUnsafeBufferPointer { _ = unsafe dtmf_rx(state, $0.baseAddress, Int32(clamping: count)) }
        // Its list of digits is not what we read, but would fill up.
        var digits = InlineArray<16, CChar>(repeating: 0)
        var list = digits.mutableSpan
        unsafe list.withUnsafeMutableBufferPointer { _ = unsafe dtmf_rx_get(state, $0.baseAddress, 15) }
        // `x` says that a first block sounded like a key: not yet one.
        let status = unsafe dtmf_rx_status(state)
        guard let byte = UInt8(exactly: status), byte != 0, byte != UInt8(ascii: "x") else { return nil }
        return Character(UnicodeScalar(byte))
    }

    private mutating func emphasise(_ count: Int) {
        for index in 0..<min(count, piece.count) {
            let sample = Float(piece[index])
            piece[index] = PCM.sample(sample - Self.emphasis * lastSample)
            lastSample = sample
        }
    }

    /// Forgets the sound so far; a key that is down is not reported any more.
    package mutating func reset() {
        unsafe pbx_spandsp_dtmf_receiver_reset(state, Self.twist, Self.reverseTwist)
        resampler.reset()
        lastSample = 0
        keyDown = nil
        samplesDown = 0
    }
}
