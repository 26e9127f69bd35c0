import AudioDSP
import Glibc
import MediaControl
import PBXBase
import RTPGrammar
import Testing

@testable import MediaEngine

/// Players and music: what is in the files is what the peer hears, to the sample.
struct PlaybackTests {
    private let folder = TestFolder()

    private func phones(_ count: Int, codec: AudioCodec = .pcmu) throws -> (WorkerHarness, [SoundPhone]) {
        let harness = try WorkerHarness()
        let leases = harness.prepare(count)
        let phones = try leases.indices.map { try SoundPhone(harness, leases[$0], codec, index: UInt32($0)) }
        return (harness, phones)
    }

    /// Every byte value in turn: a missing or doubled one shows.
    private func ramp(_ count: Int, from first: Int = 0) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: first + $0 * 7) }
    }

    @Test func playsAPlaylistWithoutAGap() throws {
        let (harness, phones) = try phones(1)
        let first = ramp(1_237)
        let second = ramp(2_001, from: 5)
        harness.apply((phones[0].lease, phones[0].plan()))
        let playback = Playback(
            id: PlaybackID(1),
            items: [
                .file(path: folder.write(first, to: "first.ulaw")), .silence(.milliseconds(10)),
                .file(path: folder.write(second, to: "second.ulaw")),
            ])
        harness.send(.play(playback, .port(phones[0].lease.id)))
        harness.talk(milliseconds: 800, phones)
        let law = G711(.mu)
        let expected =
            first.map { law.decode($0) } + Array(repeating: 0, count: 80) + second.map { law.decode($0) }
        let start = try #require(phones[0].heard.firstIndex { $0 != 0 })
        #expect(Array(phones[0].heard[start...].prefix(expected.count)) == expected)
        #expect(ended(harness) == [.finished])
    }

    @Test func pausesSkipsAndStops() throws {
        let (harness, phones) = try phones(1)
        let target = PlaybackTarget.port(phones[0].lease.id)
        // One second of each of five levels.
        let law = G711(.mu)
        let bytes = (1...5).flatMap { Array(repeating: law.encode(Int16($0 * 2_000)), count: 8_000) }
        harness.apply((phones[0].lease, phones[0].plan()))
        let id = PlaybackID(9)
        harness.send(.play(Playback(id: id, items: [.file(path: folder.write(bytes, to: "a.ulaw"))]), target))
        func level() -> Int { (Int(phones[0].heard.last ?? 0) + 1_000) / 2_000 }
        harness.talk(milliseconds: 500, phones)
        #expect(level() == 1)
        harness.send(.change(id, target, .pause))
        harness.talk(milliseconds: 2_000, phones)
        #expect(level() == 0)
        harness.send(.change(id, target, .resume))
        harness.talk(milliseconds: 300, phones)
        #expect(level() == 1)
        harness.send(.change(id, target, .skip(milliseconds: 2_500)))
        harness.talk(milliseconds: 300, phones)
        #expect(level() == 4)
        harness.send(.change(id, target, .skip(milliseconds: -3_000)))
        harness.talk(milliseconds: 200, phones)
        #expect(level() == 1)
        harness.send(.change(id, target, .stop))
        harness.talk(milliseconds: 100, phones)
        #expect(ended(harness) == [.stopped])
    }

    @Test func saysWhatIsWrongWithAFile() throws {
        let (harness, phones) = try phones(1)
        harness.apply((phones[0].lease, phones[0].plan()))
        harness.send(
            .play(Playback(id: PlaybackID(1), items: [.file(path: "/nowhere/a.wav")]), .port(phones[0].lease.id)))
        harness.talk(milliseconds: 200, phones)
        #expect(ended(harness) == [.failed("file \"/nowhere/a.wav\": No such file or directory")])
    }

    @Test func aDigitEndsIt() throws {
        let (harness, phones) = try phones(1)
        harness.apply((phones[0].lease, phones[0].plan { $0.reportsDigits = true }))
        let tone = AudioItem.tone(.dial, country: "de", atMost: nil)
        harness.send(
            .play(Playback(id: PlaybackID(1), items: [tone], endsOnDigit: true), .port(phones[0].lease.id)))
        harness.talk(milliseconds: 500, phones)
        #expect(phones[0].hears(425))
        phones[0].press("5")
        harness.talk(milliseconds: 100, phones)
        let events = harness.takeEvents()
        #expect(events.contains(.digit(phones[0].lease.id, "5", milliseconds: 100)))
        #expect(events.contains(.playbackEnded(PlaybackID(1), .port(phones[0].lease.id), .digit)))
    }

    /// On hold everybody hears the same moment; who comes back later hears it go on.
    @Test func musicIsSharedAndContinuous() throws {
        let (harness, phones) = try phones(3, codec: .pcma)
        let bytes = ramp(64_000)
        let path = folder.write(bytes, to: "music.alaw")
        harness.send(.define(MusicID(1), items: [.file(path: path)], worker: 0))
        for phone in phones[..<2] { harness.apply((phone.lease, phone.plan { $0.music = MusicID(1) })) }
        harness.talk(milliseconds: 1_000, phones)
        #expect(phones[0].heard == phones[1].heard)
        #expect(phones[0].heard.contains { $0 != 0 })
        #expect(phones[2].heard.isEmpty)
        harness.apply((phones[2].lease, phones[2].plan { $0.music = MusicID(1) }))
        for phone in phones { phone.forget() }
        harness.talk(milliseconds: 500, phones)
        #expect(phones[2].heard == phones[0].heard.suffix(phones[2].heard.count))
        // Resumed: the music is over at once for this one.
        harness.apply((phones[0].lease, phones[0].plan()))
        phones[0].forget()
        harness.talk(milliseconds: 200, phones)
        #expect(phones[0].heard.isEmpty)
    }

    @Test func playsIntoARoom() throws {
        let (harness, phones) = try phones(2)
        for phone in phones { harness.apply((phone.lease, phone.seat(in: 3))) }
        let tone = AudioItem.tone(.dial, country: "de", atMost: .milliseconds(600))
        let target = PlaybackTarget.room(MediaRoomID(3), worker: 0)
        harness.send(.play(Playback(id: PlaybackID(4), items: [tone]), target))
        harness.talk(milliseconds: 600, phones)
        for phone in phones { #expect(phone.hears(425)) }
        harness.talk(milliseconds: 700, phones)
        for phone in phones { #expect(!phone.hears(425)) }
        #expect(ended(harness) == [.finished])
    }

    private func ended(_ harness: WorkerHarness) -> [PlaybackEnd] {
        harness.takeEvents().compactMap { if case .playbackEnded(_, _, let end) = $0 { end } else { nil } }
    }
}

/// A folder that goes with the test.
final class TestFolder: Sendable {
    let path: String

    init() {
        var name = Array("/tmp/pbx-media-XXXXXX".utf8CString)
        _ = mkdtemp(&name)
        path = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        guard let folder = opendir(path) else { return }
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            unlink(path + "/" + name)
        }
        closedir(folder)
        rmdir(path)
    }

    /// Writes a file and returns its path.
    func write(_ bytes: [UInt8], to name: String) -> String {
        let descriptor = open(path + "/" + name, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        _ = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        close(descriptor)
        return path + "/" + name
    }

    /// The bytes of a file; empty when there is none.
    func read(_ name: String) -> [UInt8] {
        let descriptor = open(path + "/" + name, O_RDONLY)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(descriptor, &part, part.count)
            guard count > 0 else { return bytes }
            bytes += part[..<count]
        }
    }
}
