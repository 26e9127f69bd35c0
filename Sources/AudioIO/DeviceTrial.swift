import AudioDSP
import Glibc

/// Tries the devices as the phone would use them: records a few seconds, tells how they sound, and plays them back.
package struct DeviceTrial {
    /// What the microphone gave.
    package struct Finding: Hashable, Sendable {
        /// The loudest tenth of a second, and the quietest, in dBov.
        package var loudest: Double
        package var quietest: Double
        /// Samples at the end of the scale.
        package var clippedSamples: Int

        private static let silenceLevel = -80.0
        private static let faintLevel = -45.0
        private static let noisyLevel = -40.0
        private static let clippedMax = 20

        /// What that means, in words.
        package var words: String {
            if loudest < Self.silenceLevel {
                return "the microphone gives silence: it is muted (alsamixer shows it), or the wrong one"
            }
            if clippedSamples > Self.clippedMax { return "the microphone is too loud: turn it down (alsamixer)" }
            if loudest < Self.faintLevel { return "the microphone is very faint: turn it up, or come nearer" }
            if quietest > Self.noisyLevel { return "there is much noise even when nobody speaks" }
            return Self.goodWords
        }

        package var isGood: Bool { words == Self.goodWords }
        private static let goodWords = "the microphone is fine"

        package init(loudest: Double, quietest: Double, clippedSamples: Int) {
            self.loudest = loudest
            self.quietest = quietest
            self.clippedSamples = clippedSamples
        }

        /// Judges recorded sound.
        package init(_ samples: [Int16], sampleRate: Int) {
            self.init(loudest: -127, quietest: 0, clippedSamples: samples.count { $0 == .max || $0 == .min })
            let window = sampleRate / 10
            var start = 0
            while start + window <= samples.count {
                var meter = LevelMeter()
                meter.measure(samples.span.extracting(start..<start + window), milliseconds: 100)
                loudest = max(loudest, meter.level)
                quietest = min(quietest, meter.level)
                start += window
            }
        }
    }

    package let devices: SoundCard.Devices
    private static let bufferMilliseconds = 200

    package init(_ devices: SoundCard.Devices) { self.devices = devices }

    /// Records for so long.
    package func record(seconds: Int) throws(AudioProblem) -> [Int16] {
        let device = try PCMDevice(
            devices.capture, isCapture: true, sampleRate: CardStream.sampleRate,
            bufferMilliseconds: Self.bufferMilliseconds)
        var samples = [Int16](repeating: 0, count: seconds * CardStream.sampleRate)
        var problem: AudioProblem?
        samples.withUnsafeMutableBufferPointer { buffer in
            // Frame by frame, as the phone reads.
            for start in stride(from: 0, to: buffer.count, by: CardStream.frameSamples) where problem == nil {
                let frame = UnsafeMutableBufferPointer(rebasing: buffer[start..<start + CardStream.frameSamples])
                do throws(AudioProblem) { try device.read(into: frame) } catch { problem = error }
            }
        }
        if let problem { throw problem }
        return samples
    }

    /// What is played where there is no recording to play: three seconds of a soft tone.
    package static let testTone: [Int16] = {
        var tone = ToneGenerator(frequencyHz: 440, level: -20, sampleRate: CardStream.sampleRate)
        var samples: [Int16] = []
        tone.next(3 * CardStream.sampleRate, into: &samples)
        return samples
    }()

    /// Plays sound to its end.
    package func play(_ samples: [Int16]) throws(AudioProblem) {
        let device = try PCMDevice(
            devices.playback, isCapture: false, sampleRate: CardStream.sampleRate,
            bufferMilliseconds: Self.bufferMilliseconds)
        try device.writeWaiting(samples)
        device.drain()
    }
}
