import AudioDSP
import Foundation
import MediaControl
import Testing

/// Sound through every pair of codecs as the plane does it: encoder, decoder, resampler, second encoder, decoder.
/// Level, delay and distortion are measured; the bounds lie close below what a sound implementation gives.
struct GoldenAudioTests {
    /// One codec and what it may do to sound.
    struct Case: Sendable, CustomTestStringConvertible {
        var codec: AudioCodec
        /// A tone of 1,004 Hz at −15 dBov to all that the codec adds to it, in dB at least.
        var toneToRest: Double
        /// Speech against what it was, frame by frame, in dB at least.
        var speechSNR: Double
        /// By how much it may change the loudness of speech, in dB: some shape its spectrum.
        var speechLevel = 0.2
        /// From sample in to sample out, in ms.
        var delay: Double

        var testDescription: String { "\(codec.encodingName)/\(codec.sampleRate)" }
    }

    static let cases = [
        Case(codec: .pcmu, toneToRest: 34.5, speechSNR: 33, delay: 0),
        Case(codec: .pcma, toneToRest: 34.5, speechSNR: 33, delay: 0),
        Case(codec: .g722, toneToRest: 43, speechSNR: 31, delay: 1.4),
        Case(codec: .gsm, toneToRest: 19.5, speechSNR: 9, speechLevel: 0.8, delay: 0),
        Case(codec: .g726(bitsPerSample: 4, packing: .lowestFirst), toneToRest: 32, speechSNR: 23.5, delay: 0),
        Case(codec: .l16(sampleRate: 16_000), toneToRest: 80, speechSNR: 39, delay: 0),
        Case(codec: CodecChain.opus, toneToRest: 35, speechSNR: 5.5, delay: 6.5),
        Case(codec: CodecChain.narrowOpus, toneToRest: 24, speechSNR: 6.5, speechLevel: 0.7, delay: 6.5),
    ]
    static let pairs = cases.flatMap { first in cases.map { (first, $0) } }

    /// `pcm`, at the first codec's rate, through both.
    private func through(_ pcm: [Int16], _ first: AudioCodec, _ second: AudioCodec) throws -> [Int16] {
        let decoded = try CodecChain.through(pcm, first)
        let resampled = try #require(Resampler.all(decoded, from: first.sampleRate, to: second.sampleRate))
        return try CodecChain.through(resampled, second)
    }

    @Test(arguments: pairs) func aToneKeepsLevelAndPurity(first: Case, second: Case) throws {
        let pcm = Sound.tone(1_004, level: -15, sampleRate: first.codec.sampleRate, milliseconds: 1_000)
        let result = try through(pcm, first.codec, second.codec)
        #expect(result.count == second.codec.sampleRate)
        let steady = Array(result.dropFirst(second.codec.sampleRate / 5))
        let found = ToneDetector(frequencyHz: 1_004, sampleRate: second.codec.sampleRate).measure(steady.span)
        // GSM, made for speech, lets a steady tone waver by as much as that by itself.
        let tolerance = first.codec == .gsm || second.codec == .gsm ? 0.8 : 0.5
        #expect(abs(found.toneLevel + 15) < tolerance, "tone at \(found.toneLevel) dBov")
        // Two sources of noise add up.
        let bound = -10 * log10(pow(10, -first.toneToRest / 10) + pow(10, -second.toneToRest / 10))
        let ratio = Sound.toneToRest(steady, frequencyHz: 1_004, sampleRate: second.codec.sampleRate)
        #expect(ratio > bound, "\(ratio) dB")
    }

    @Test(arguments: pairs) func speechKeepsLevelDelayAndForm(first: Case, second: Case) throws {
        guard let narrow = Speech.english(sampleRate: 8_000) else { return }
        let speech = Array(narrow.prefix(8_000 * 2))
        let source = try #require(Resampler.all(speech, from: 8_000, to: first.codec.sampleRate))
        let result = try through(source, first.codec, second.codec)
        // Both measured at 8 kHz, the reference by the same resamplers without the codecs.
        let target = second.codec.sampleRate
        let uncoded = try #require(Resampler.all(source, from: first.codec.sampleRate, to: target))
        let plain = try #require(Resampler.all(uncoded, from: target, to: 8_000))
        let found = try #require(Resampler.all(result, from: target, to: 8_000))
        #expect(abs(Sound.level(found) - Sound.level(plain)) < first.speechLevel + second.speechLevel)
        let lag = Sound.lag(of: found, behind: plain, atMost: 160)
        #expect(abs(Double(lag) / 8 - first.delay - second.delay) < 0.5, "\(lag) samples")
        let bound = -10 * log10(pow(10, -first.speechSNR / 10) + pow(10, -second.speechSNR / 10))
        let ratio = Sound.segmentalSNR(Array(found.dropFirst(lag)), plain, frame: 160)
        #expect(ratio > bound, "\(ratio) dB")
    }
}
