import AudioDSP
import Foundation
import PBXBase

/// Sound for tests, and what can be measured of it.
enum Sound {
    static func tone(_ frequencyHz: Double, level: Double, sampleRate: Int, milliseconds: Int) -> [Int16] {
        var generator = ToneGenerator(frequencyHz: frequencyHz, level: level, sampleRate: sampleRate)
        var pcm: [Int16] = []
        generator.next(milliseconds * sampleRate / 1_000, into: &pcm)
        return pcm
    }

    static func noise(level: Double, count: Int, seed: UInt64 = 1) -> [Int16] {
        var random = SeededRandom(seed: seed)
        let amplitude = 32_768 * pow(10, level / 20) * 3.0.squareRoot()
        return (0..<count).map { _ in
            Int16(max(-32_768, min(32_767, Double.random(in: -amplitude...amplitude, using: &random).rounded())))
        }
    }

    static func mixed(_ first: [Int16], _ second: [Int16]) -> [Int16] {
        zip(first, second).map { Int16(clamping: Int($0) + Int($1)) }
    }

    static func amplified(_ pcm: [Int16], by decibels: Double) -> [Int16] {
        let factor = pow(10, decibels / 20)
        return pcm.map { Int16(max(-32_768, min(32_767, (Double($0) * factor).rounded()))) }
    }

    static func level(_ pcm: some Collection<Int16>) -> Double {
        let samples = Array(pcm)
        return Decibels.level(of: samples.span)
    }

    static func measure(
        _ frequencyHz: Double, in pcm: some Collection<Int16>, sampleRate: Int = 8_000
    ) -> ToneDetector.Measurement {
        let samples = Array(pcm)
        return ToneDetector(frequencyHz: frequencyHz, sampleRate: sampleRate).measure(samples.span)
    }

    /// Speech from the synthesiser, brought to `level` while it speaks; nil where it is not installed.
    static func speech(_ text: String, language: String = "en", sampleRate: Int, level: Double = -22) -> [Int16]? {
        // sox brings the synthesiser's 22,050 Hz to the rate with a filter of its own.
        let script = """
            espeak-ng -v \(language) --stdout "\(text)" 2>/dev/null | \
            sox -t wav - -t raw -r \(sampleRate) -e signed -b 16 -c 1 - 2>/dev/null
            """
        guard let pcm = samples(of: script), !pcm.isEmpty else { return nil }
        return amplified(pcm, by: level - Self.level(pcm))
    }

    /// What a shell command writes, as 16-bit samples; nil when it fails.
    static func samples(of script: String) -> [Int16]? {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", script]
        process.standardOutput = output
        guard (try? process.run()) != nil else { return nil }
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { return nil }
        return stride(from: 0, to: data.count - 1, by: 2).map {
            Int16(bitPattern: UInt16(data[$0]) | UInt16(data[$0 + 1]) << 8)
        }
    }

    /// How many samples `later` lags behind `earlier`, by the peak of their correlation.
    static func lag(of later: [Int16], behind earlier: [Int16], atMost: Int) -> Int {
        let count = min(earlier.count, later.count, 8_000) - atMost
        var best = (lag: 0, product: -Double.infinity)
        for lag in 0...atMost {
            var product = 0.0
            for index in stride(from: 0, to: count, by: 1) {
                product += Double(earlier[index]) * Double(later[index + lag])
            }
            if product > best.product { best = (lag, product) }
        }
        return best.lag
    }

    /// Signal to everything else, in dB, of a tone whose frequency is known.
    static func toneToRest(_ pcm: [Int16], frequencyHz: Double, sampleRate: Int) -> Double {
        // Least squares for sine and cosine: exact for any length.
        var (ss, sc, cc, xs, xc, xx) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
        for (index, sample) in pcm.enumerated() {
            let angle = 2 * Double.pi * frequencyHz * Double(index) / Double(sampleRate)
            let (s, c, x) = (sin(angle), cos(angle), Double(sample))
            (ss, sc, cc) = (ss + s * s, sc + s * c, cc + c * c)
            (xs, xc, xx) = (xs + x * s, xc + x * c, xx + x * x)
        }
        let determinant = ss * cc - sc * sc
        let (a, b) = ((xs * cc - xc * sc) / determinant, (xc * ss - xs * sc) / determinant)
        let tone = a * xs + b * xc
        return 10 * log10(tone / max(xx - tone, 1e-9))
    }

    /// Segmental signal-to-noise ratio of `found` against `wanted`, in dB: the mean over frames with sound in them.
    static func segmentalSNR(_ found: [Int16], _ wanted: [Int16], frame: Int) -> Double {
        var ratios: [Double] = []
        for start in stride(from: 0, to: min(found.count, wanted.count) - frame, by: frame) {
            let range = start..<(start + frame)
            guard level(wanted[range]) > -45 else { continue }
            let signal = range.reduce(0.0) { $0 + Double(wanted[$1]) * Double(wanted[$1]) }
            let noise = range.reduce(1.0) { $0 + pow(Double(wanted[$1]) - Double(found[$1]), 2) }
            ratios.append(min(max(10 * log10(signal / noise), -10), 40))
        }
        return ratios.isEmpty ? 0 : ratios.reduce(0, +) / Double(ratios.count)
    }
}

extension Resampler {
    /// A whole piece of sound, in frames of `milliseconds`.
    static func all(_ pcm: [Int16], from source: Int, to target: Int, milliseconds: Int = 20) -> [Int16]? {
        guard var resampler = Resampler(from: source, to: target) else { return nil }
        var result: [Int16] = []
        let frame = source * milliseconds / 1_000
        for start in stride(from: 0, to: pcm.count, by: frame) {
            let part = Array(pcm[start..<min(start + frame, pcm.count)])
            var buffer = [Int16](repeating: 0, count: resampler.resultCount(for: part.count))
            var span = buffer.mutableSpan
            let count = resampler.resample(part.span, into: &span)
            result += buffer[..<count]
        }
        return result
    }
}
