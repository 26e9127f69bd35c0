import AudioDSP
import MediaControl
import PBXBase

/// Something between a tone and noise: codecs work on it as they do on speech.
func sound(sampleRate: Int, milliseconds: Int) -> [Int16] {
    var random = SeededRandom(seed: 1)
    var tone = ToneGenerator(frequencyHz: 310, level: -18, sampleRate: sampleRate)
    var pcm: [Int16] = []
    tone.next(sampleRate * milliseconds / 1_000, into: &pcm)
    return pcm.map { $0 + Int16.random(in: -600...600, using: &random) }
}

func measureCodecs(_ report: inout Report) throws {
    let opus = AudioCodec.opus(OpusParameters())
    let lines: [(String, AudioCodec, Int?)] = [
        ("PCMU", .pcmu, nil), ("PCMA", .pcma, nil), ("G722", .g722, nil), ("GSM", .gsm, nil),
        ("G726-32", .g726(bitsPerSample: 4, packing: .lowestFirst), nil), ("L16/16000", .l16(sampleRate: 16_000), nil),
        ("opus at 8 kHz", opus, 8_000), ("opus at 16 kHz", opus, 16_000), ("opus at 48 kHz", opus, 48_000),
    ]
    for (name, codec, rate) in lines { try measure(codec, sampleRate: rate, name, &report) }
    let transcoder = G711Transcoder(from: .mu, to: .a)
    var payload = [UInt8](repeating: 0x35, count: 160)
    let time = report.microseconds {
        var span = payload.mutableSpan
        transcoder.transcode(&span)
    }
    report.add("PCMU to PCMA", time)
}

/// Two seconds of sound, over and over, both ways.
private func measure(_ codec: AudioCodec, sampleRate: Int?, _ name: String, _ report: inout Report) throws {
    var encoder = try AudioEncoder(codec, sampleRate: sampleRate)
    var decoder = try AudioDecoder(codec, sampleRate: sampleRate)
    let pcm = sound(sampleRate: encoder.sampleRate, milliseconds: 2_000)
    let frame = encoder.sampleRate / 50
    var place = 0
    var packet = [UInt8](repeating: 0, count: 2_000)
    var packetBytes = 0
    var samples = [Int16](repeating: 0, count: 6_000)
    let encoding = try report.microseconds {
        var span = packet.mutableSpan
        packetBytes = try encoder.encode(pcm.span.extracting(place..<(place + frame)), into: &span)
        place = (place + frame) % pcm.count
    }
    let decoding = try report.microseconds {
        var span = samples.mutableSpan
        _ = try decoder.decode(packet.span.extracting(first: packetBytes), into: &span)
    }
    report.add("\(name) encode", encoding)
    report.add("\(name) decode", decoding)
}

func measureResamplers(_ report: inout Report) {
    for (source, target) in [
        (8_000, 16_000), (16_000, 8_000), (8_000, 48_000), (48_000, 8_000), (16_000, 48_000), (48_000, 16_000),
        (44_100, 8_000), (44_100, 48_000),
    ] {
        guard var resampler = Resampler(from: source, to: target) else { continue }
        let pcm = sound(sampleRate: source, milliseconds: 20)
        var result = [Int16](repeating: 0, count: target / 50 + 1)
        let time = report.microseconds {
            var span = result.mutableSpan
            _ = resampler.resample(pcm.span, into: &span)
        }
        // Where a G.711 phone meets a wideband one.
        let limit = max(source, target) == 16_000 ? Report.resamplerMicrosecondsMax : .infinity
        report.add("resample \(source) to \(target)", time, atMost: limit)
    }
}

func measureDetectors(_ report: inout Report) {
    let pcm = sound(sampleRate: 8_000, milliseconds: 20)
    if var detector = DigitDetector() {
        let time = report.microseconds { detector.hear(pcm.span) { _ in } }
        report.add("digits in sound", time, atMost: Report.detectorMicrosecondsMax)
    }
    var speech = SpeechDetector(sampleRate: 8_000)
    let hearing = report.microseconds { _ = speech.hear(pcm.span) }
    report.add("speech", hearing, atMost: Report.detectorMicrosecondsMax)
    var frame = pcm
    var gain = GainControl(sampleRate: 8_000)
    let control = report.microseconds {
        var span = frame.mutableSpan
        gain.apply(to: &span)
    }
    report.add("gain control", control)
    var tone = TonePlayer(NationalTones.pattern(.dial, country: "us"), sampleRate: 8_000)
    let playing = report.microseconds {
        var span = frame.mutableSpan
        _ = tone.next(into: &span)
    }
    report.add("dial tone", playing)
    var noise = ComfortNoise(seed: 2)
    noise.describe(ComfortNoiseDescription(level: -50))
    let making = report.microseconds {
        var span = frame.mutableSpan
        noise.fill(&span, count: 160)
    }
    report.add("comfort noise", making)
}

/// Opus to G.711 and back as a worker does it, against the codec alone at the same rate.
func measureTranscoding(_ report: inout Report) throws {
    let opus = AudioCodec.opus(OpusParameters())
    var decoder = try AudioDecoder(opus, sampleRate: 8_000)
    var encoder = try AudioEncoder(opus, sampleRate: 8_000)
    var toG711 = try AudioEncoder(.pcma)
    var fromG711 = try AudioDecoder(.pcma)
    let pcm = sound(sampleRate: 8_000, milliseconds: 20)
    var samples = [Int16](repeating: 0, count: 960)
    var packet = [UInt8](repeating: 0, count: 1_500)
    var payload = [UInt8](repeating: 0, count: 160)
    var packetBytes = 0
    let encoding = try report.microseconds {
        var span = packet.mutableSpan
        packetBytes = try encoder.encode(pcm.span, into: &span)
    }
    let decoding = try report.microseconds {
        var span = samples.mutableSpan
        _ = try decoder.decode(packet.span.extracting(first: packetBytes), into: &span)
    }
    let there = try report.microseconds {
        var span = samples.mutableSpan
        let count = try decoder.decode(packet.span.extracting(first: packetBytes), into: &span)
        var payloadSpan = payload.mutableSpan
        _ = try toG711.encode(samples.span.extracting(first: count), into: &payloadSpan)
    }
    var span = payload.mutableSpan
    _ = try toG711.encode(pcm.span, into: &span)
    let back = try report.microseconds {
        var span = samples.mutableSpan
        let count = try fromG711.decode(payload.span, into: &span)
        var packetSpan = packet.mutableSpan
        _ = try encoder.encode(samples.span.extracting(first: count), into: &packetSpan)
    }
    report.add(
        "opus to PCMA (opus alone \((decoding * 100).rounded() / 100))", there,
        atMost: decoding * Report.transcodingRatioMax)
    report.add(
        "PCMA to opus (opus alone \((encoding * 100).rounded() / 100))", back,
        atMost: encoding * Report.transcodingRatioMax)
}
