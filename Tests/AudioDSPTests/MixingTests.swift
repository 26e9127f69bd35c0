import AudioDSP
import PBXBase
import Testing

struct MixSumTests {
    private func random(_ count: Int, seed: UInt64, peak: Int16 = 4_000) -> [Int16] {
        var random = SeededRandom(seed: seed)
        return (0..<count).map { _ in Int16.random(in: -peak...peak, using: &random) }
    }

    private func mix(_ sum: borrowing MixSum, without own: [Int16], gain: MixGain = .unchanged) -> [Int16] {
        var pcm = [Int16](repeating: 77, count: sum.count)
        var span = pcm.mutableSpan
        sum.mix(without: own.span, gain: gain, into: &span)
        return pcm
    }

    @Test func everyoneHearsAllOthers() {
        let parties = (0..<4).map { random(160, seed: UInt64($0 + 1)) }
        var sum = MixSum(capacity: 960)
        sum.begin(count: 160)
        for party in parties { sum.add(party.span) }
        for own in 0..<4 {
            let others = (0..<160).map { index in
                Int16((0..<4).filter { $0 != own }.reduce(0) { $0 + Int(parties[$1][index]) })
            }
            #expect(mix(sum, without: parties[own]) == others)
        }
    }

    @Test func gainIsTakenOutAgainExactly() {
        let loud = MixGain(decibels: 6)
        let first = random(160, seed: 1)
        let second = random(160, seed: 2)
        var sum = MixSum(capacity: 160)
        sum.begin(count: 160)
        sum.add(first.span, gain: loud)
        sum.add(second.span)
        #expect(mix(sum, without: first, gain: loud) == second)
        sum.begin(count: 160)
        sum.add(first.span, gain: .muted)
        #expect(mix(sum, without: [], gain: .unchanged).allSatisfy { $0 == 0 })
    }

    @Test func decibelsAreWhatTheySay() {
        var sum = MixSum(capacity: 1)
        for (decibels, expected) in [(6.0, 1_995), (-6.0, 501), (0.0, 1_000), (-100.0, 1)] {
            sum.begin(count: 1)
            sum.add([Int16(1_000)].span, gain: MixGain(decibels: decibels))
            #expect(abs(Int(mix(sum, without: [])[0]) - expected) <= 1)
        }
    }

    @Test func overloadIsBentThenCutNeverWrapped() {
        var last = -32_768
        for parties in 0...40 {
            var sum = MixSum(capacity: 2)
            sum.begin(count: 2)
            for _ in 0..<parties { sum.add([Int16(5_000), -5_000].span) }
            let heard = mix(sum, without: [])
            #expect(Int(heard[0]) >= last)
            #expect(abs(Int(heard[0]) + Int(heard[1])) <= 1)
            last = Int(heard[0])
            if parties <= 4 { #expect(last == parties * 5_000) }
            if parties == 6 { #expect((21_845..<30_000).contains(last)) }
        }
        #expect(last == 32_767)
    }

    @Test func oddSizesDoNotReachBeyond() {
        var sum = MixSum(capacity: 100)
        sum.begin(count: 1_000)
        #expect(sum.count == 100)
        sum.add(random(50, seed: 1).span)
        sum.add(random(200, seed: 2).span)
        var short = [Int16](repeating: 0, count: 10)
        var span = short.mutableSpan
        sum.mix(into: &span)
        #expect(mix(sum, without: random(30, seed: 1)).count == 100)
    }
}

struct ActiveSpeakerTests {
    private struct Room {
        var meters = [LevelMeter](repeating: LevelMeter(), count: 3)
        var detector = ActiveSpeaker()
        var time = 0
        var changes: [(at: Int, change: ActiveSpeaker.Change)] = []

        /// All parties at these levels (dBov) for so long.
        mutating func hear(_ levels: [Double], milliseconds: Int) {
            for _ in 0..<milliseconds / 20 {
                for place in meters.indices {
                    var tone = ToneGenerator(frequencyHz: 400, level: levels[place])
                    var pcm: [Int16] = []
                    tone.next(160, into: &pcm)
                    meters[place].measure(pcm.span, milliseconds: 20)
                    detector.measured(meters[place], place: place)
                }
                let now = Instant.zero + .milliseconds(time)
                if let change = detector.tickEnded(now: now) { changes.append((time, change)) }
                time += 20
            }
        }
    }

    @Test func meterRisesAtOnceAndFallsSlowly() {
        var meter = LevelMeter()
        var generator = ToneGenerator(frequencyHz: 400, level: -20)
        var tone: [Int16] = []
        generator.next(160, into: &tone)
        meter.measure(tone.span, milliseconds: 20)
        #expect(abs(meter.level + 20) < 0.2)
        let silence = [Int16](repeating: 0, count: 160)
        meter.measure(silence.span, milliseconds: 20)
        #expect((-30 ... -22).contains(meter.level))
        for _ in 0..<20 { meter.measure(silence.span, milliseconds: 20) }
        #expect(meter.level < -70)
    }

    @Test func followsWhoSpeaks() {
        var room = Room()
        room.hear([-70, -70, -70], milliseconds: 500)
        #expect(room.changes.isEmpty)
        room.hear([-20, -60, -70], milliseconds: 1_000)
        #expect(room.changes.map(\.change) == [.speaker(0)])
        room.hear([-70, -25, -70], milliseconds: 1_000)
        #expect(room.changes.map(\.change) == [.speaker(0), .speaker(1)])
        room.hear([-70, -70, -70], milliseconds: 3_000)
        #expect(room.changes.map(\.change) == [.speaker(0), .speaker(1), .nobody])
        #expect(room.detector.speaker == nil)
    }

    @Test func coughsAndEqualVoicesDoNotFlicker() {
        var room = Room()
        room.hear([-20, -70, -70], milliseconds: 1_000)
        room.hear([-20, -8, -70], milliseconds: 80)
        room.hear([-20, -70, -70], milliseconds: 500)
        for index in 0..<100 {
            room.hear([index % 2 == 0 ? -20 : -23, index % 2 == 0 ? -23 : -20, -70], milliseconds: 100)
        }
        #expect(room.changes.count == 1)
    }

    @Test func changesAreFarEnoughApart() {
        var room = Room()
        for index in 0..<100 {
            room.hear([index % 2 == 0 ? -10 : -70, index % 2 == 0 ? -70 : -10, -70], milliseconds: 200)
        }
        let times = room.changes.map(\.at)
        #expect(times.count > 20)
        #expect(zip(times, times.dropFirst()).allSatisfy { $1 - $0 >= 300 })
    }

    @Test func whoLeavesSpeaksNoMore() {
        var room = Room()
        room.hear([-20, -70, -70], milliseconds: 500)
        let change = room.detector.partyLeft(place: 0, now: Instant.zero + .milliseconds(600))
        #expect(change == .nobody)
        let other = room.detector.partyLeft(place: 1, now: Instant.zero + .milliseconds(600))
        #expect(other == nil)
    }
}
