import AudioDSP
import MediaControl
import PBXBase
import RTPGrammar
import Testing

@testable import MediaEngine

/// Recordings: what peers said is in the file, each on its side, to the sample; also when it was cut off.
struct RecordingTests {
    private let folder = TestFolder()
    private var path: String { folder.path + "/call.wav" }

    private func call(_ codecs: [AudioCodec]) throws -> (WorkerHarness, [SoundPhone]) {
        let harness = try WorkerHarness()
        let leases = harness.prepare(2)
        let phones = try codecs.indices.map { index in
            try SoundPhone(
                harness, leases[index], codecs[index], toneHz: [500, 800][index], index: UInt32(index))
        }
        harness.apply(
            (leases[0], phones[0].plan { $0.sink = leases[1].id }),
            (leases[1], phones[1].plan { $0.sink = leases[0].id }))
        return (harness, phones)
    }

    /// Channels and rate of the file.
    private func samples() throws -> (left: [Int16], right: [Int16], header: WAVHeader) {
        let bytes = folder.read("call.wav")
        let header = try #require(try WAVHeader.read(bytes.span))
        var left: [Int16] = []
        var right: [Int16] = []
        var offset = header.dataOffset
        while offset + 4 <= bytes.count {
            left.append(Int16(bitPattern: UInt16(bytes[offset]) | UInt16(bytes[offset + 1]) << 8))
            right.append(Int16(bitPattern: UInt16(bytes[offset + 2]) | UInt16(bytes[offset + 3]) << 8))
            offset += 4
        }
        return (left, right, header)
    }

    private func fromFirstSound(_ samples: [Int16]) -> [Int16] { Array(samples.drop { abs(Int($0)) < 16 }) }

    @Test func eachSideIsOneChannelToTheSample() throws {
        let (harness, phones) = try call([.pcma, .pcma])
        harness.send(.record(Recording(id: RecordingID(1), ports: phones.map(\.lease.id), path: path)))
        harness.talk(milliseconds: 1_000, phones)
        harness.send(.stopRecording(RecordingID(1), worker: 0))
        harness.run(milliseconds: 100)
        let (left, right, header) = try samples()
        #expect(header.sampleRate == 8_000)
        #expect(header.dataBytes == 4 * left.count)
        // What one said is what the other heard, without a sample missing or too many.
        let said = phones[1].heard
        #expect(said.count == 8_000)
        #expect(fromFirstSound(right).prefix(7_000) == fromFirstSound(phones[0].heard).prefix(7_000))
        #expect(fromFirstSound(left).prefix(7_000) == fromFirstSound(said).prefix(7_000))
        #expect(ToneDetector(frequencyHz: 500).measure(left.span).isTone)
        #expect(ToneDetector(frequencyHz: 800).measure(right.span).isTone)
        let events = harness.takeEvents().compactMap { if case .recordingEnded(_, let end) = $0 { end } else { nil } }
        guard case .finished(let bytes, let duration, 0) = events.first else {
            Issue.record("\(events)")
            return
        }
        #expect(Int(bytes) == folder.read("call.wav").count)
        #expect(abs(duration.milliseconds - 1_000) <= 40)
    }

    @Test func aGapIsSilenceAndTimeGoesOn() throws {
        let (harness, phones) = try call([.pcma, .pcmu])
        harness.send(.record(Recording(id: RecordingID(1), ports: phones.map(\.lease.id), path: path)))
        harness.talk(milliseconds: 400, phones)
        phones[0].isSending = false
        harness.talk(milliseconds: 400, phones)
        phones[0].isSending = true
        harness.talk(milliseconds: 400, phones)
        harness.send(.stopRecording(RecordingID(1), worker: 0))
        harness.run(milliseconds: 100)
        let (left, right, _) = try samples()
        #expect(left[3_600..<6_000].allSatisfy { $0 == 0 })
        #expect(ToneDetector(frequencyHz: 500).measure(Array(left[6_600..<9_400]).span).isTone)
        #expect(ToneDetector(frequencyHz: 800).measure(Array(right[3_600..<6_000]).span).isTone)
    }

    /// The daemon is killed: nobody finishes the file.
    @Test func aFileThatWasCutOffCanBePlayed() throws {
        let (harness, phones) = try call([.pcma, .pcma])
        harness.send(.record(Recording(id: RecordingID(1), ports: phones.map(\.lease.id), path: path)))
        harness.talk(milliseconds: 2_000, phones)
        let (left, _, header) = try samples()
        #expect(header.milliseconds(fileBytes: folder.read("call.wav").count) >= 1_500)
        #expect(ToneDetector(frequencyHz: 500).measure(left.span).isTone)
    }

    @Test func neverWritesOverAFile() throws {
        let (harness, phones) = try call([.pcma, .pcma])
        _ = folder.write([1, 2, 3], to: "call.wav")
        harness.send(.record(Recording(id: RecordingID(1), ports: [phones[0].lease.id], path: path)))
        harness.talk(milliseconds: 100, phones)
        #expect(
            harness.takeEvents().contains(
                .recordingEnded(RecordingID(1), .failed("recording \"\(path)\": cannot be made: File exists"))))
        #expect(folder.read("call.wav") == [1, 2, 3])
    }

    @Test func recordsTheMixOfARoom() throws {
        let (harness, phones) = try call([.pcma, .g722])
        for phone in phones { harness.apply((phone.lease, phone.seat(in: 1))) }
        let ports = [phones[0].lease.id]
        harness.send(.record(Recording(id: RecordingID(1), ports: ports, isRoom: true, path: path)))
        harness.talk(milliseconds: 1_500, phones)
        _ = harness.release(phones[0].lease)
        harness.run(milliseconds: 100)
        let (left, right, header) = try samples()
        let middle = 4_000..<10_000
        func hears(_ pcm: [Int16], _ frequency: Double) -> Bool {
            ToneDetector(frequencyHz: frequency, sampleRate: header.sampleRate).measure(Array(pcm[middle]).span)
                .toneLevel > -30
        }
        // Stereo: the party named on the left, all others on the right.
        #expect(hears(left, 500) && !hears(left, 800))
        #expect(hears(right, 800) && !hears(right, 500))
    }
}
