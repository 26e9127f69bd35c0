import AudioDSP
import CSpanDSP
import MediaControl
import Testing

/// The set that ITU-T Q.24 and the field ask of a receiver: lengths, gaps, levels, twist, frequency, noise, speech.
struct DigitDetectorTests {
    private static let keys = "1234567890*#ABCD"

    private struct Unavailable: Error {}

    private func events(in pcm: [Int16], sampleRate: Int = 8_000, frame: Int? = nil) throws -> [DigitDetector.Event] {
        guard var detector = DigitDetector(sampleRate: sampleRate) else { throw Unavailable() }
        var events: [DigitDetector.Event] = []
        let frame = frame ?? sampleRate / 50
        for start in stride(from: 0, to: pcm.count, by: frame) {
            let end = min(start + frame, pcm.count)
            detector.hear(pcm.span.extracting(start..<end)) { events.append($0) }
        }
        return events
    }

    private func digits(in pcm: [Int16], sampleRate: Int = 8_000, frame: Int? = nil) throws -> String {
        String(
            try events(in: pcm, sampleRate: sampleRate, frame: frame).compactMap {
                if case .began(let digit) = $0 { digit } else { nil }
            })
    }

    private func tones(
        _ digits: String, sampleRate: Int = 8_000, level: Double = -18, twist: Double = 0, milliseconds: Int = 80,
        gap: Int = 80
    ) throws -> [Int16] {
        var pcm = [Int16](repeating: 0, count: sampleRate / 20)
        for digit in digits {
            var tone = try #require(
                DigitTone(
                    digit, sampleRate: sampleRate, level: level, twist: twist, milliseconds: milliseconds,
                    gapMilliseconds: gap))
            while !tone.isFinished {
                var frame = [Int16](repeating: 0, count: sampleRate / 100)
                var span = frame.mutableSpan
                let count = tone.next(into: &span)
                pcm += frame[..<count]
            }
        }
        return pcm + [Int16](repeating: 0, count: sampleRate / 20)
    }

    /// Two frequencies by sox, independent of our own generator.
    private func soxTone(_ low: Double, _ high: Double, milliseconds: Int, level: Double = -18) -> [Int16]? {
        let script = """
            sox -D -r 8000 -n -t raw -e signed -b 16 -c 1 - synth \(Double(milliseconds) / 1_000) \
            sine \(low) sine \(high) remix 1,2 gain -n \(level + 6) pad 0.05 0.08 2>/dev/null
            """
        return Sound.samples(of: script)
    }

    @Test(arguments: [(80, 80), (50, 50), (40, 40), (100, 40), (500, 100)])
    func lengthsAndGaps(milliseconds: Int, gap: Int) throws {
        let pcm = try tones(Self.keys + "1155", milliseconds: milliseconds, gap: gap)
        #expect(try digits(in: pcm) == Self.keys + "1155")
    }

    @Test(arguments: [10, 20, 30, 60]) func framesOfAnyLength(milliseconds: Int) throws {
        #expect(try digits(in: tones(Self.keys), frame: milliseconds * 8) == Self.keys)
        #expect(try digits(in: tones(Self.keys), frame: milliseconds * 8 + 3) == Self.keys)
    }

    @Test(arguments: [8_000, 16_000, 44_100, 48_000]) func ratesOtherThanTheDetectors(sampleRate: Int) throws {
        #expect(try digits(in: tones(Self.keys, sampleRate: sampleRate), sampleRate: sampleRate) == Self.keys)
    }

    @Test(arguments: [-6.0, -13, -20, -30, -36]) func levels(level: Double) throws {
        #expect(try digits(in: tones(Self.keys, level: level)) == Self.keys)
    }

    /// ITU-T Q.24 table A-1: from 8 dB weaker to 4 dB stronger, here with every phase of tone against block.
    @Test(arguments: [-8.0, -6, -4, -2, 2, 4]) func twistThatLinesHave(twist: Double) throws {
        for milliseconds in [50, 61, 70, 80, 83, 97, 101, 113] {
            let pcm = try tones(Self.keys + Self.keys, twist: twist, milliseconds: milliseconds, gap: 61)
            let found = try digits(in: pcm)
            #expect(found == Self.keys + Self.keys, "\(milliseconds) ms")
        }
    }

    /// Tones of another maker's generator, at the edges of level and twist.
    @Test(arguments: [(-10, -8), (-10, 4), (-25, -8), (-25, 4), (-4, 0)] as [(Int32, Int32)])
    func tonesOfSpanDSP(level: Int32, twist: Int32) throws {
        let generator = try #require(dtmf_tx_init(nil))
        defer { dtmf_tx_free(generator) }
        // The level of the lower tone, and how much stronger the higher one is.
        dtmf_tx_set_level(generator, level, twist)
        dtmf_tx_set_timing(generator, 60, 60)
        dtmf_tx_put(generator, Self.keys, -1)
        var pcm = [Int16](repeating: 0, count: 8_000 * 3)
        let count = Int(dtmf_tx(generator, &pcm, Int32(pcm.count)))
        let found = try digits(in: Array(pcm[..<count]) + [Int16](repeating: 0, count: 400))
        #expect(found == Self.keys)
    }

    @Test(arguments: [9.0, -14]) func twistThatNoLineHas(twist: Double) throws {
        #expect(try digits(in: tones(Self.keys, twist: twist)) == "")
    }

    /// 15 dB above noise over the whole telephone band.
    @Test(arguments: UInt64(1)...5) func noise(seed: UInt64) throws {
        let pcm = try tones(Self.keys + Self.keys, level: -15)
        let noisy = Sound.mixed(pcm, Sound.noise(level: -32, count: pcm.count, seed: seed))
        #expect(try digits(in: noisy) == Self.keys + Self.keys)
    }

    @Test(arguments: [G711.Law.mu, .a]) func throughG711(law: G711.Law) throws {
        let codec = G711(law)
        let pcm = try tones(Self.keys, level: -25).map { codec.decode(codec.encode($0)) }
        #expect(try digits(in: pcm) == Self.keys)
    }

    @Test(arguments: [-1.5, 0, 1.5]) func frequenciesWithinTolerance(percent: Double) throws {
        let factor = 1 + percent / 100
        guard let pcm = soxTone(770 * factor, 1_336 * factor, milliseconds: 80) else { return }
        #expect(try digits(in: pcm) == "5")
    }

    @Test(arguments: [-4.0, 4]) func frequenciesOutOfTolerance(percent: Double) throws {
        let factor = 1 + percent / 100
        guard let pcm = soxTone(770 * factor, 1_336 * factor, milliseconds: 80) else { return }
        #expect(try digits(in: pcm) == "")
    }

    @Test func lengthsAreTold() throws {
        for milliseconds in [60, 100, 250, 1_000] {
            let found = try events(in: tones("7", milliseconds: milliseconds))
            #expect(found.count == 2)
            guard case .ended("7", let length)? = found.last else {
                Issue.record("no end of 7")
                continue
            }
            #expect(abs(length - milliseconds) <= 20, "\(length) for \(milliseconds) ms")
        }
    }

    /// A short break is none: lines crackle.
    @Test func aCrackleDoesNotDoubleADigit() throws {
        var pcm = try tones("9", milliseconds: 200)
        for index in 1_000..<1_040 { pcm[index] = 0 }
        #expect(try digits(in: pcm) == "9")
    }

    @Test func singleTonesAndDialToneAreNoKeys() throws {
        for frequency in [697.0, 941, 1_209, 1_633, 350, 440, 1_000] {
            #expect(try digits(in: Sound.tone(frequency, level: -12, sampleRate: 8_000, milliseconds: 400)) == "")
        }
        for country in NationalTones.countries {
            var player = TonePlayer(NationalTones.pattern(.dial, country: country), sampleRate: 8_000)
            var pcm = [Int16](repeating: 0, count: 8_000)
            var span = pcm.mutableSpan
            _ = player.next(into: &span)
            #expect(try digits(in: pcm) == "")
        }
    }

    /// Talk-off: minutes of speech, in several voices, tempos and languages, hold no key.
    @Test(arguments: [
        ("en", 1.0), ("en-us", 1.1), ("en+f3", 1), ("de", 1), ("de+f2", 1.1), ("fr", 1), ("fr+f4", 0.9), ("it", 1),
        ("es+f2", 1), ("pl", 1), ("nl", 1), ("en+m3", 0.8),
    ])
    func speechIsNoKey(voice: String, tempo: Double) throws {
        let text = """
            One two three four five six seven eight nine zero. Please hold the line, your call is important to us. \
            Sie sind verbunden mit der Zentrale, bitte haben Sie einen Augenblick Geduld. Eeny meeny miny moe. \
            Who would have thought that you knew the new museum? Sweet dreams are made of these, three green trees.
            """
        guard let speech = Sound.speech(text, language: voice, sampleRate: Int(8_000 * tempo), level: -18) else {
            return
        }
        #expect(speech.count > 60_000)
        #expect(try digits(in: speech) == "")
    }

    /// Keys pressed while somebody speaks quietly beside the phone.
    @Test func keysAreHeardOverQuietSpeech() throws {
        guard let speech = Speech.english(sampleRate: 8_000) else { return }
        let pcm = try tones(Self.keys, level: -12)
        let quiet = Sound.amplified(speech + speech, by: -16)
        #expect(try digits(in: Sound.mixed(pcm, quiet + [Int16](repeating: 0, count: pcm.count))) == Self.keys)
    }

    @Test func aKeyHeldUntilReleased() throws {
        var tone = try #require(DigitTone("5", sampleRate: 8_000, milliseconds: nil))
        var pcm: [Int16] = []
        for index in 0..<60 {
            if index == 50 { tone.release() }
            var frame = [Int16](repeating: 0, count: 160)
            var span = frame.mutableSpan
            _ = tone.next(into: &span)
            pcm += frame
        }
        #expect(tone.isFinished)
        guard case .ended("5", let length)? = try events(in: pcm).last else {
            Issue.record("no end")
            return
        }
        #expect(abs(length - 1_000) <= 20)
    }

    @Test func levelAndTwistAreAsAsked() throws {
        for (level, twist) in [(-10.0, 0.0), (-20, 3), (-30, -2)] {
            let pcm = try tones("5", level: level, twist: twist, milliseconds: 500).dropFirst(500).prefix(3_200)
            #expect(abs(Sound.level(pcm) - level) < 0.1)
            let low = Sound.measure(770, in: pcm)
            let high = Sound.measure(1_336, in: pcm)
            #expect(abs(high.toneLevel - low.toneLevel - twist) < 0.2)
        }
    }

    @Test func whatHasNoSoundIsNoTone() {
        for digit in "!xE é" { #expect(DigitTone(digit, sampleRate: 8_000) == nil) }
        #expect(DigitTone("d", sampleRate: 8_000) != nil)
    }

    @Test func afterAResetNothingIsDown() throws {
        guard var detector = DigitDetector() else { throw Unavailable() }
        let pcm = try tones("1", milliseconds: 300)
        var count = 0
        detector.hear(pcm.span.extracting(first: 1_500)) { _ in count += 1 }
        #expect(count == 1)
        let heard = detector.heard
        #expect(heard == "1")
        detector.reset()
        let silence = [Int16](repeating: 0, count: 1_600)
        detector.hear(silence.span) { _ in count += 1 }
        #expect(count == 1)
    }
}
