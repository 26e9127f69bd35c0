/// Why bytes are no sound file that can be played; `description` completes "file X: …".
package enum AudioFileError: Error, Hashable, Sendable, CustomStringConvertible {
    case notWAV
    case notOgg
    case notOpus
    /// A chunk that must come before the sound is missing.
    case missingFormat
    case formatTooShort(bytes: Int)
    case unsupportedCoding(tag: UInt16)
    case unsupportedBits(Int)
    case unsupportedChannels(Int)
    case unsupportedSampleRate(Int)
    case headerTooLong(bytesMax: Int)
    case damagedPage(number: Int)
    case packetTooLong(bytesMax: Int)
    case unsupportedVersion(Int)
    case unsupportedMapping(Int)

    package var description: String {
        switch self {
        case .notWAV: "does not begin as a WAV file does (RIFF, WAVE)"
        case .notOgg: "does not begin as an Ogg file does (OggS)"
        case .notOpus: "holds no Opus stream (its first packet is no OpusHead)"
        case .missingFormat: "has sound before the \"fmt \" chunk that says what it is"
        case .formatTooShort(let bytes): "has a \"fmt \" chunk of \(bytes) bytes where 16 are needed"
        case .unsupportedCoding(let tag):
            "has WAV coding \(tag), which cannot be played (use 16-bit PCM, A-law or µ-law)"
        case .unsupportedBits(let bits): "has \(bits) bits a sample, which cannot be played (use 16)"
        case .unsupportedChannels(let count): "has \(count) channels, which cannot be played (use one or two)"
        case .unsupportedSampleRate(let rate):
            "has \(rate) samples a second, which cannot be played (use 8,000 to 48,000)"
        case .headerTooLong(let most): "has no sound within its first \(most) bytes"
        case .damagedPage(let number): "has a damaged Ogg page after \(number) good ones"
        case .packetTooLong(let most): "has an Ogg packet of more than \(most) bytes"
        case .unsupportedVersion(let version): "has Opus header version \(version), which is not known"
        case .unsupportedMapping(let family):
            "has Opus channel mapping \(family), which cannot be played (use mono or stereo)"
        }
    }
}
