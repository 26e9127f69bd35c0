/// What kind of sound file this is: by its name where that is all there is (raw codings carry no header), else by its
/// first bytes.
package enum AudioFileKind: Hashable, Sendable {
    case wav
    case oggOpus
    /// G.711, 8,000 bytes a second, without a header.
    case rawALaw
    case rawMuLaw
    /// G.722 at 64 kbit/s: 8,000 bytes a second for 16,000 samples.
    case rawG722
    /// 16-bit samples, little endian, without a header.
    case rawLinear(sampleRate: Int)

    /// By the end of the name, in any case of letters; nil when it is none that can be played. `.sln` is 8,000
    /// samples a second, `.sln16` 16,000 and so on, as other exchanges name them.
    package init?(fileName: String) {
        guard let dot = fileName.utf8.lastIndex(of: UInt8(ascii: ".")) else { return nil }
        switch fileName[fileName.index(after: dot)...].lowercased() {
        case "wav": self = .wav
        case "opus", "ogg": self = .oggOpus
        case "alaw", "al": self = .rawALaw
        case "ulaw", "ul", "pcmu": self = .rawMuLaw
        case "g722": self = .rawG722
        case "sln", "raw": self = .rawLinear(sampleRate: 8_000)
        case "sln16": self = .rawLinear(sampleRate: 16_000)
        case "sln32": self = .rawLinear(sampleRate: 32_000)
        case "sln48": self = .rawLinear(sampleRate: 48_000)
        default: return nil
        }
    }

    /// Bytes a second of files without packets, nil for those that say it themselves.
    package var rawBytesPerSecond: Int? {
        switch self {
        case .wav, .oggOpus: nil
        case .rawALaw, .rawMuLaw, .rawG722: 8_000
        case .rawLinear(let rate): 2 * rate
        }
    }

    /// Where the sound of this moment lies in a file without a header; nil for those with one.
    package func rawOffset(ofMilliseconds milliseconds: Int) -> Int? {
        guard let perSecond = rawBytesPerSecond else { return nil }
        // On a whole sample, also of 16 bits.
        return max(0, milliseconds) * perSecond / 1_000 & ~1
    }

    /// How its samples are read; nil for codings with packets or a state (Ogg, G.722).
    package var rawReader: SampleReader? {
        switch self {
        case .wav, .oggOpus, .rawG722: nil
        case .rawALaw: SampleReader(coding: .aLaw, channels: 1)
        case .rawMuLaw: SampleReader(coding: .muLaw, channels: 1)
        case .rawLinear: SampleReader(coding: .linear, channels: 1)
        }
    }
}
