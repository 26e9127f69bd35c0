import AudioDSP
import MediaControl
import Testing

struct TonePlayerTests {
    private func play(
        _ pattern: TonePattern, sampleRate: Int = 8_000, milliseconds: Int, frame: Int = 20, level: Double = -19
    ) -> [Int16] {
        var player = TonePlayer(pattern, sampleRate: sampleRate, level: level)
        var pcm: [Int16] = []
        for _ in 0..<milliseconds / frame {
            var part = [Int16](repeating: 1, count: sampleRate * frame / 1_000)
            var span = part.mutableSpan
            _ = player.next(into: &span)
            pcm += part
        }
        return pcm
    }

    /// Where sound begins and ends, in ms.
    private func cadence(_ pcm: [Int16], sampleRate: Int = 8_000) -> [Int] {
        var edges: [Int] = []
        var isOn = false
        let step = sampleRate / 100
        for start in stride(from: 0, to: pcm.count - step + 1, by: step) {
            let isLoud = Sound.level(pcm[start..<(start + step)]) > -40
            if isLoud != isOn { edges.append(start * 1_000 / sampleRate) }
            isOn = isLoud
        }
        return edges
    }

    @Test func aGermanCallSoundsAsInGermany() {
        let ringing = play(NationalTones.pattern(.ringBack, country: "DE"), milliseconds: 12_000)
        #expect(cadence(ringing) == [0, 1_000, 5_000, 6_000, 10_000, 11_000])
        let busy = play(NationalTones.pattern(.busy, country: "de"), milliseconds: 2_000)
        #expect(cadence(busy) == [0, 480, 960, 1_440, 1_920])
        #expect(Sound.measure(425, in: ringing.prefix(8_000)).isTone)
    }

    @Test func anAmericanCallHasTwoFrequenciesOfOneLevel() {
        let pcm = Array(play(NationalTones.pattern(.ringBack, country: "us"), milliseconds: 1_000).dropFirst(800))
        let low = Sound.measure(440, in: pcm)
        let high = Sound.measure(480, in: pcm)
        #expect(abs(low.toneLevel + 22) < 0.2 && abs(high.toneLevel + 22) < 0.2)
        #expect(abs(low.totalLevel + 19) < 0.2)
    }

    @Test func aBritishCallRingsTwice() {
        let pcm = play(NationalTones.pattern(.ringBack, country: "gb"), milliseconds: 4_000)
        #expect(cadence(pcm) == [0, 400, 600, 1_000, 3_000, 3_400, 3_600, 4_000].dropLast())
    }

    @Test func specialInformationRises() {
        let pcm = play(NationalTones.pattern(.specialInformation, country: "fr"), milliseconds: 1_000)
        for (start, frequency) in [(400, 950.0), (3_200, 1_400), (5_900, 1_800)] {
            #expect(Sound.measure(frequency, in: pcm[start..<(start + 1_600)]).isTone)
        }
    }

    /// Every tone of every country: sound or silence as its steps say, at its level, at every rate.
    @Test(arguments: NationalTones.countries + ["xx", ""], CallProgressTone.allCases)
    func everyToneOfEveryCountryKeepsItsCadence(country: String, tone: CallProgressTone) {
        let pattern = NationalTones.pattern(tone, country: country)
        for rate in [8_000, 16_000, 48_000] {
            let length = min(pattern.roundMilliseconds ?? 1_000, 3_000)
            let pcm = play(pattern, sampleRate: rate, milliseconds: length, frame: 10)
            var start = 0
            for step in pattern.steps {
                let milliseconds = step.milliseconds == 0 ? 1_000 : step.milliseconds
                let inner = (start + 4) * rate / 1_000..<(start + milliseconds - 4) * rate / 1_000
                guard inner.upperBound <= pcm.count, !inner.isEmpty else { break }
                let level = Sound.level(pcm[inner])
                if step.frequenciesHz == .zero {
                    #expect(level < -90)
                } else {
                    #expect(abs(level + 19) < 1.5)
                }
                start += milliseconds
            }
        }
    }

    @Test func unknownCountriesHaveTheRecommendedTones() {
        #expect(NationalTones.pattern(.busy, country: "zz") == NationalTones.pattern(.busy, country: "nl"))
        #expect(NationalTones.countries.count >= 15)
    }

    /// However it is cut into frames, it is the same sound, without clicks.
    @Test func framesLeaveNoSeam() {
        let pattern = NationalTones.pattern(.congestion, country: "gb")
        let whole = play(pattern, milliseconds: 3_000, frame: 3_000)
        for frame in [10, 20, 60] {
            let parts = play(pattern, milliseconds: 3_000, frame: frame)
            #expect(zip(whole, parts).allSatisfy { abs(Int($0) - Int($1)) <= 2 })
        }
        // 400 Hz at this level moves 1,613 at most between two samples.
        #expect(zip(whole, whole.dropFirst()).allSatisfy { abs(Int($0) - Int($1)) < 1_700 })
    }

    @Test func aBeepEnds() {
        var player = TonePlayer(NationalTones.pattern(.beep, country: "de"), sampleRate: 8_000)
        var pcm = [Int16](repeating: 1, count: 8_000)
        var span = pcm.mutableSpan
        let spanCount = player.next(into: &span)
        #expect(spanCount == 3_200)
        #expect(player.isFinished)
        #expect(pcm[3_200...].allSatisfy { $0 == 0 })
        player.restart()
        #expect(!player.isFinished)
        var again = pcm.mutableSpan
        let againCount = player.next(into: &again)
        #expect(againCount == 3_200)
    }

    @Test func patternsWithoutSoundEndAtOnce() {
        for pattern in [TonePattern([]), TonePattern([], repeats: false)] {
            var player = TonePlayer(pattern, sampleRate: 8_000)
            var pcm = [Int16](repeating: 1, count: 160)
            var span = pcm.mutableSpan
            let spanCount = player.next(into: &span)
            #expect(spanCount == 0)
            #expect(pcm.allSatisfy { $0 == 0 })
        }
    }
}
