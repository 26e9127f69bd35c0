import AudioDSP
import Testing

struct WAVFileTests {
    private func samples(_ file: [UInt8], pieces: Int = 7) throws -> [Int16] {
        let header = try #require(try header(file))
        var reader = SampleReader(coding: header.coding, channels: header.channels)
        let end = min(file.count, header.dataOffset + (header.dataBytes ?? Int.max / 2))
        var offset = header.dataOffset
        var result: [Int16] = []
        var pcm = [Int16](repeating: 0, count: 5)
        while offset < end {
            let piece = file[offset..<min(end, offset + pieces)]
            var span = pcm.mutableSpan
            let (taken, count) = reader.read(Array(piece).span, into: &span)
            result += pcm[..<count]
            guard taken > 0 else { break }
            offset += taken
        }
        return result
    }

    private func header(_ file: [UInt8]) throws -> WAVHeader? { try WAVHeader.read(file.span) }

    private func file(_ coding: WAVHeader.Coding, channels: Int = 1, sound: [UInt8], isFinished: Bool) -> [UInt8] {
        var writer = WAVWriter(coding: coding, sampleRate: 8_000, channels: channels)
        var file = writer.start
        file += sound
        _ = writer.appended(bytes: sound.count)
        file += writer.padding
        if isFinished {
            let patch = writer.patch()
            file.replaceSubrange(patch.offset..<patch.offset + patch.bytes.count, with: patch.bytes)
        }
        return file
    }

    @Test(arguments: [WAVHeader.Coding.linear, .aLaw, .muLaw], [true, false])
    func whatWasWrittenIsRead(coding: WAVHeader.Coding, isFinished: Bool) throws {
        let sound = (0..<321).flatMap { _ in [UInt8](repeating: 0, count: coding.bytes - 1) + [0x55] }
        let file = file(coding, sound: sound, isFinished: isFinished)
        let header = try #require(try header(file))
        #expect(header.coding == coding)
        #expect(header.sampleRate == 8_000)
        #expect(header.channels == 1)
        #expect(header.dataBytes == (isFinished ? sound.count : nil))
        #expect(header.milliseconds(fileBytes: header.dataOffset + sound.count) == 40)
        let read = try samples(file)
        #expect(read.count >= 321)
        let first = coding == .linear ? 0x5500 : Int(G711(coding == .aLaw ? .a : .mu).decode(0x55))
        #expect(read[..<321].allSatisfy { Int($0) == first })
    }

    /// Byte by byte what every other program writes.
    @Test func theHeaderIsTheUsualOne() {
        let file = file(.linear, channels: 2, sound: [1, 0, 2, 0], isFinished: true)
        let expected: [UInt8] =
            Array("RIFF".utf8) + [40, 0, 0, 0] + Array("WAVEfmt ".utf8) + [16, 0, 0, 0, 1, 0, 2, 0]
            + [0x40, 0x1F, 0, 0, 0, 0x7D, 0, 0, 4, 0, 16, 0] + Array("data".utf8) + [4, 0, 0, 0, 1, 0, 2, 0]
        #expect(file == expected)
    }

    @Test func theHeaderIsPatchedEveryFewSeconds() {
        var writer = WAVWriter(coding: .muLaw, sampleRate: 8_000, channels: 1, patchSeconds: 2)
        var patches: [Int] = []
        for second in 1...10 where writer.appended(bytes: 8_000) != nil { patches.append(second) }
        #expect(patches == [2, 4, 6, 8, 10])
        #expect(!writer.isFull)
        _ = writer.appended(bytes: WAVWriter.dataBytesMax)
        #expect(writer.isFull)
    }

    @Test func otherChunksAreSkipped() throws {
        let plain = file(.linear, sound: [1, 0, 2, 0, 3, 0], isFinished: true)
        let list = Array("LIST".utf8) + [5, 0, 0, 0, 1, 2, 3, 4, 5, 0]
        let file = Array(plain[..<12]) + list + Array(plain[12..<36]) + list + Array(plain[36...])
        #expect(try samples(file) == [1, 2, 3])
        for count in 0..<72 where count < file.count - 6 {
            _ = try header(Array(file[..<count]))
        }
    }

    @Test func refusesWhatCannotBePlayed() throws {
        let good = file(.linear, sound: [1, 0], isFinished: true)
        let broken: [(Int, [UInt8], AudioFileError)] = [
            (0, [0x52, 0x49, 0x46, 0x58], .notWAV), (8, [0x41], .notWAV), (20, [17], .unsupportedCoding(tag: 17)),
            (34, [24], .unsupportedBits(24)), (22, [6], .unsupportedChannels(6)), (22, [0], .unsupportedChannels(0)),
            (24, [0, 0, 0, 1], .unsupportedSampleRate(16_777_216)), (16, [3], .formatTooShort(bytes: 3)),
            (12, [0x66, 0x6D, 0x74, 0x21], .missingFormat),
            (12, [0x66, 0x6D, 0x74, 0x21, 0xFF, 0xFF, 0xFF, 0xFF], .headerTooLong(bytesMax: 65_536)),
        ]
        for (offset, bytes, problem) in broken {
            var file = good
            file.replaceSubrange(offset..<offset + bytes.count, with: bytes)
            #expect(throws: problem) { try header(file) }
            #expect(!problem.description.isEmpty)
        }
    }

    @Test func seeksToWholeFrames() throws {
        let header = WAVHeader(coding: .linear, sampleRate: 44_100, channels: 2, dataOffset: 44)
        #expect(header.offset(ofMilliseconds: 1_000) == 44 + 176_400)
        #expect((header.offset(ofMilliseconds: 333) - 44) % 4 == 0)
        #expect(AudioFileKind.rawLinear(sampleRate: 16_000).rawOffset(ofMilliseconds: 333) == 10_656)
    }

    @Test func kindsAreKnownByTheirNames() {
        #expect(AudioFileKind(fileName: "a/b.c/Hello.WAV") == .wav)
        #expect(AudioFileKind(fileName: "x.g722") == .rawG722)
        #expect(AudioFileKind(fileName: "x.sln16") == .rawLinear(sampleRate: 16_000))
        #expect(AudioFileKind(fileName: "x.opus") == .oggOpus)
        #expect(AudioFileKind(fileName: "alaw") == nil)
        #expect(AudioFileKind(fileName: "x.mp3") == nil)
    }

    @Test func twoChannelsAreMixedDown() {
        var pcm: [Int16] = [100, 300, -32_768, -32_768, 32_767, 32_767]
        var span = pcm.mutableSpan
        let count = SampleReader.mixedDown(&span, count: 6)
        #expect(pcm[..<count] == [200, -32_768, 32_767])
    }
}
