import AudioDSP
import FaxTestKit
import Testing

struct FaxToneDetectorTests {
    private let folder: FaxFolder

    init() throws {
        folder = try FaxFolder()
        _ = try folder.write(FaxPages(count: 1, rows: 50).tiff(verticalResolution: 98), to: "sent.tif")
    }

    /// What is heard of a fax that nobody answers, in the first `seconds`.
    private func heard(isCalling: Bool, seconds: Int) throws -> [FaxEvent] {
        let document: FaxTerminalSettings.Document =
            isCalling ? .send(path: folder.file("sent.tif")) : .receive(path: folder.file("received.tif"))
        let terminal = try FaxTerminal(sound: FaxTerminalSettings(document: document, isCalling: isCalling))
        guard var detector = FaxToneDetector() else { throw FaxError.noMemory }
        var events: [FaxEvent] = []
        let silence = [Int16](repeating: 0, count: 160)
        var samples = silence
        for _ in 0..<seconds * 50 {
            var span = samples.mutableSpan
            _ = terminal.makeAudio(into: &span)
            terminal.audioReceived(silence.span)
            if let event = detector.heard(samples.span), events.last != event { events.append(event) }
        }
        return events
    }

    @Test func aCallingFaxIsHeard() throws { #expect(try heard(isCalling: true, seconds: 5) == [.callingToneHeard]) }

    @Test func anAnsweringFaxIsHeard() throws {
        #expect(try heard(isCalling: false, seconds: 6) == [.answerToneHeard, .preambleHeard])
    }

    /// The tone of a free line and of a busy one, and noise.
    @Test func othersAreNotHeard() throws {
        guard var detector = FaxToneDetector() else { throw FaxError.noMemory }
        var random = FaxRandom(seed: 1)
        var heard: [FaxEvent] = []
        for block in 0..<1_000 {
            let isTone = (block / 25).isMultiple(of: 2)
            let samples = (0..<160).map { index in
                // 400 Hz is 20 samples a turn.
                isTone ? ((block * 160 + index) % 20 < 10 ? Int16(6_000) : -6_000) : Int16(random.below(8_000) - 4_000)
            }
            if let event = detector.heard(samples.span) { heard.append(event) }
        }
        #expect(heard.isEmpty)
    }
}
