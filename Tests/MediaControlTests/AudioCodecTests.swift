import MediaControl
import Testing

struct AudioCodecTests {
    private func codec(_ name: String, _ clockRate: Int, channels: Int = 1, _ parameters: String? = nil) -> AudioCodec?
    {
        AudioCodec(
            format: MediaFormat(
                payloadType: 96, name: name, clockRate: clockRate, channels: channels, parameters: parameters))
    }

    @Test func namesAreFoundWithoutRegardToCase() {
        #expect(codec("pcmu", 8_000) == .pcmu)
        #expect(codec("PCMA", 8_000) == .pcma)
        #expect(codec("g722", 8_000) == .g722)
        #expect(codec("gsm", 8_000) == .gsm)
        #expect(codec("G726-32", 8_000) == .g726(bitsPerSample: 4, packing: .lowestFirst))
        #expect(codec("aal2-g726-16", 8_000) == .g726(bitsPerSample: 2, packing: .highestFirst))
        #expect(codec("L16", 16_000) == .l16(sampleRate: 16_000))
        #expect(codec("OPUS", 48_000, channels: 2) == .opus(OpusParameters()))
    }

    @Test func whatCannotBeDecodedIsNoCodec() {
        #expect(codec("G729", 8_000) == nil)
        #expect(codec("telephone-event", 8_000) == nil)
        #expect(codec("CN", 8_000) == nil)
        #expect(codec("PCMU", 16_000) == nil)
        #expect(codec("PCMU", 8_000, channels: 2) == nil)
        #expect(codec("L16", 11_025) == nil)
        #expect(codec("G722", 16_000) == nil)
        #expect(codec("opus", 16_000, channels: 2) == nil)
        #expect(codec("opus", 48_000, channels: 3) == nil)
    }

    @Test func everyCodecFindsItselfInItsFormat() {
        let opus = OpusParameters(
            playbackRateMax: 16_000, bitRateMax: 24_000, usesFEC: true, usesDTX: true, prefersStereo: true,
            usesConstantBitRate: true)
        let codecs: [AudioCodec] =
            [.pcmu, .pcma, .g722, .gsm, .opus(opus), .opus(OpusParameters())]
            + AudioCodec.l16SampleRates.map { .l16(sampleRate: $0) }
            + (2...5).flatMap { bits in
                [.g726(bitsPerSample: bits, packing: .lowestFirst), .g726(bitsPerSample: bits, packing: .highestFirst)]
            }
        for codec in codecs {
            #expect(AudioCodec(format: codec.format(payloadType: 100)) == codec)
            #expect(codec.sampleRates.contains(codec.sampleRate))
        }
    }

    @Test func theWishesOfOpusAreRead() {
        let text = "minptime=10; useinbandfec=1;UseDTX=1; maxplaybackrate=16000 ;stereo=1;maxaveragebitrate=20000"
        let expected = OpusParameters(
            playbackRateMax: 16_000, bitRateMax: 20_000, usesFEC: true, usesDTX: true, prefersStereo: true)
        #expect(codec("opus", 48_000, channels: 2, text) == .opus(expected))
        #expect(AudioCodec.opus(expected).sampleRate == 16_000)
    }

    @Test(arguments: [
        "maxplaybackrate=0", "maxplaybackrate=999999999999999999999", "maxaveragebitrate=-5", "maxaveragebitrate=5999",
        "useinbandfec", "useinbandfec=yes", ";;==;", "=", "stereo=2", " ",
    ])
    func nonsenseInParametersIsPassedOver(parameters: String) {
        #expect(OpusParameters(parameters: parameters) == OpusParameters())
    }

    @Test(arguments: [
        (8_000, 8_000), (12_000, 16_000), (16_000, 16_000), (24_000, 24_000), (44_100, 48_000), (48_000, 48_000),
    ])
    func opusIsDecodedAtARateThatHoldsWhatThePeerPlays(playbackRateMax: Int, sampleRate: Int) {
        #expect(AudioCodec.opus(OpusParameters(playbackRateMax: playbackRateMax)).sampleRate == sampleRate)
    }

    @Test func clockAndSampleRateOfG722Differ() {
        #expect(AudioCodec.g722.clockRate == 8_000)
        #expect(AudioCodec.g722.sampleRate == 16_000)
        #expect(AudioCodec.g722.clockTicks(milliseconds: 20) == 160)
    }

    @Test func packetsFollowThePeersPtimeAsFarAsTheCodecCan() {
        let wished = [Int.min, 0, 10, 19, 20, 30, 40, 50, 60, 120, .max]
        #expect(
            wished.map { AudioCodec.pcmu.packetMilliseconds(ptime: $0) } == [
                10, 10, 10, 10, 20, 30, 40, 50, 60, 60, 60,
            ])
        #expect(
            wished.map { AudioCodec.gsm.packetMilliseconds(ptime: $0) } == [20, 20, 20, 20, 20, 20, 40, 40, 60, 60, 60])
        let opus = AudioCodec.opus(OpusParameters())
        #expect(wished.map { opus.packetMilliseconds(ptime: $0) } == [10, 10, 10, 10, 20, 20, 40, 40, 60, 60, 60])
    }

    @Test func payloadSizesAreThoseOfTheStandards() {
        #expect(AudioCodec.pcma.payloadBytes(milliseconds: 20) == 160)
        #expect(AudioCodec.g722.payloadBytes(milliseconds: 20) == 160)
        #expect(AudioCodec.gsm.payloadBytes(milliseconds: 40) == 66)
        #expect(AudioCodec.l16(sampleRate: 16_000).payloadBytes(milliseconds: 10) == 320)
        #expect(AudioCodec.g726(bitsPerSample: 5, packing: .lowestFirst).payloadBytes(milliseconds: 20) == 100)
        #expect(AudioCodec.opus(OpusParameters()).payloadBytes(milliseconds: 20) == nil)
    }

    @Test func staticPayloadTypesAreThoseOfTheStandard() {
        #expect([AudioCodec.pcmu, .gsm, .pcma, .g722].map(\.staticPayloadType) == [0, 3, 8, 9])
        #expect(AudioCodec.g726(bitsPerSample: 4, packing: .lowestFirst).staticPayloadType == nil)
    }
}
