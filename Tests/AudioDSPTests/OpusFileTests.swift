import AudioDSP
import PBXBase
import Testing

struct OpusFileTests {
    private func packets(_ count: Int) -> [[UInt8]] {
        var random = SeededRandom(seed: 6)
        return (0..<count).map { index in
            let length = [1, 60, 254, 255, 256, 510, 1_275, 12_000][index % 8]
            return (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
        }
    }

    private func file(_ packets: [[UInt8]]) -> [UInt8] {
        var writer = OpusFileWriter(serial: 77)
        var file: [UInt8] = []
        writer.start(channels: 1, inputSampleRate: 16_000, into: &file)
        for packet in packets {
            let taken = writer.append(packet: packet.span, samples: 960, into: &file)
            #expect(taken)
        }
        writer.end(into: &file)
        return file
    }

    private func read(_ file: [UInt8], pieces: Int) throws -> (OpusFileReader, [[UInt8]]) {
        var reader = OpusFileReader()
        var packets: [[UInt8]] = []
        var offset = 0
        while offset < file.count {
            let piece = Array(file[offset..<min(file.count, offset + pieces)])
            try reader.read(piece.span, into: &packets)
            offset += pieces
        }
        return (reader, packets)
    }

    @Test(arguments: [1, 100, 4_096, 1_000_000]) func readsWhatItWroteInAnyPieces(pieces: Int) throws {
        let sent = packets(pieces == 1 ? 20 : 200)
        let (reader, received) = try read(file(sent), pieces: pieces)
        #expect(received == sent)
        let head = try #require(reader.head)
        #expect(head.channels == 1)
        #expect(head.preSkip == 312)
        #expect(head.inputSampleRate == 16_000)
        #expect(reader.granule == Int64(sent.count * 960))
        #expect(reader.isComplete)
    }

    /// The first page of a file made by opusenc: its checksum is not ours.
    @Test func readsAPageOfAnotherProgram() throws {
        let page: [UInt8] = [
            0x4F, 0x67, 0x67, 0x53, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0x81, 0x0B, 0x35, 0x2F, 1,
            0x13, 0x4F, 0x70, 0x75, 0x73, 0x48, 0x65, 0x61, 0x64, 1, 1, 0x38, 1, 0x80, 0xBB, 0, 0, 0, 0, 0,
        ]
        let (reader, packets) = try read(page, pieces: 5)
        #expect(packets.isEmpty)
        let head = try #require(reader.head)
        #expect(head.channels == 1)
        #expect(head.preSkip == 312)
        #expect(head.inputSampleRate == 48_000)
        #expect(head.outputGain == 0)
    }

    @Test func aFileThatWasCutOffIsReadUpToThere() throws {
        let sent = packets(200)
        let whole = file(sent)
        let (reader, received) = try read(Array(whole[..<(whole.count / 2)]), pieces: 4_096)
        #expect(received.count > 60)
        #expect(received == Array(sent[..<received.count]))
        #expect(!reader.isComplete)
    }

    @Test func damageIsNoticed() throws {
        var file = file(packets(50))
        file[file.count / 2] ^= 1
        #expect(throws: AudioFileError.self) { try read(file, pieces: 1_000) }
    }

    @Test func refusesWhatIsNoOpusFile() {
        #expect(throws: AudioFileError.notOgg) { try read(Array("RIFFxxxxxxxx".utf8), pieces: 12) }
        var writer = OpusFileWriter(serial: 1)
        var bytes: [UInt8] = []
        writer.end(into: &bytes)
        #expect(throws: AudioFileError.notOpus) { try read(bytes, pieces: 1_000) }
        var sink: [UInt8] = []
        let empty: [UInt8] = []
        let taken = writer.append(packet: empty.span, samples: 960, into: &sink)
        #expect(!taken)
    }

    @Test func anyDamageIsReadOrRefusedWithoutATrap() {
        var random = SeededRandom(seed: 8)
        let good = file(packets(20))
        for _ in 0..<300 {
            var bytes = good
            for _ in 0..<3 {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            _ = try? read(bytes, pieces: 3_000)
        }
    }
}
