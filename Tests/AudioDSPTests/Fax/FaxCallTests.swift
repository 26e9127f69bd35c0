import AudioDSP
import CSpanDSP
import FaxTestKit
import Testing

/// Three pages from one end to the other, over each kind of line.
struct FaxCallTests {
    private static let pages = FaxPages(count: 3, rows: 300)
    private static let tiff = pages.tiff(verticalResolution: 196)
    /// No call of these tests takes ten minutes.
    private static let blocksMax = 30_000

    private let folder: FaxFolder
    private let line = SoundLine()

    init() throws {
        folder = try FaxFolder()
        _ = try folder.write(Self.tiff, to: "sent.tif")
    }

    private func sender(
        isCalling: Bool = true, isErrorCorrectionAllowed: Bool = true, fastestModem: FaxModem = .v17
    ) -> FaxTerminalSettings {
        FaxTerminalSettings(
            document: .send(path: folder.file("sent.tif")), isCalling: isCalling, stationIdentity: "+49 30 5550100",
            isErrorCorrectionAllowed: isErrorCorrectionAllowed, fastestModem: fastestModem)
    }

    private func receiver(isCalling: Bool = false, isErrorCorrectionAllowed: Bool = true) -> FaxTerminalSettings {
        FaxTerminalSettings(
            document: .receive(path: folder.file("received.tif")), isCalling: isCalling,
            stationIdentity: "Front desk", isErrorCorrectionAllowed: isErrorCorrectionAllowed)
    }

    /// Runs until both have an outcome; `step` is 20 ms.
    private func run(_ one: FaxTerminal, _ other: FaxTerminal, _ step: () -> Void) -> Int {
        var blocks = 0
        while one.outcome == nil || other.outcome == nil, blocks < Self.blocksMax {
            step()
            blocks += 1
        }
        return blocks
    }

    private func expectSuccess(
        _ sender: FaxTerminal, _ receiver: FaxTerminal, bitRate: Int = 14_400, isErrorCorrected: Bool = true,
        arePagesIntact: Bool = true
    ) throws {
        let sent = try #require(sender.outcome)
        let received = try #require(receiver.outcome)
        for outcome in [sent, received] {
            #expect(outcome.isSuccess, "\(outcome.reason)")
            #expect(outcome.pages == 3)
            #expect(outcome.bitRate == bitRate)
            #expect(outcome.isErrorCorrected == isErrorCorrected)
            #expect(outcome.resolution == FaxOutcome.Resolution(horizontal: 204, vertical: 196))
        }
        #expect(sent.remoteIdentity == "Front desk")
        #expect(received.remoteIdentity == "+49 30 5550100")
        guard arePagesIntact else { return }
        let pages = try #require(FaxPages(path: folder.file("received.tif")))
        #expect(pages.pages.count == 3)
        #expect(pages == Self.pages)
    }

    private func events(of terminal: FaxTerminal) -> [FaxEvent] {
        var events: [FaxEvent] = []
        while let event = terminal.nextEvent() { events.append(event) }
        return events
    }

    @Test(arguments: [true, false], [FaxModem.v17, .v29, .v27ter])
    func soundToSound(isErrorCorrected: Bool, modem: FaxModem) throws {
        let one = try FaxTerminal(
            sound: sender(isErrorCorrectionAllowed: isErrorCorrected, fastestModem: modem))
        let other = try FaxTerminal(sound: receiver())
        _ = run(one, other) { line.pass(one, other) }
        try expectSuccess(one, other, bitRate: modem.bitRateMax, isErrorCorrected: isErrorCorrected)
        #expect(events(of: one).starts(with: [.answerToneHeard, .preambleHeard, .negotiationBegan]))
        let heard = events(of: other)
        #expect(heard.first == .callingToneHeard)
        #expect(heard.suffix(3) == [.pageEnded(count: 1), .pageEnded(count: 2), .pageEnded(count: 3)])
    }

    @Test(arguments: [true, false], [0, 3])
    func packetsToPackets(isErrorCorrected: Bool, version: Int) throws {
        let settings = T38Settings(version: version)
        let one = try FaxTerminal(packets: sender(isErrorCorrectionAllowed: isErrorCorrected), settings)
        let other = try FaxTerminal(packets: receiver(), settings)
        var there = PacketLine()
        var back = PacketLine()
        _ = run(one, other) {
            one.advance(samples: 160)
            other.advance(samples: 160)
            there.pass(from: one, to: other)
            back.pass(from: other, to: one)
        }
        try expectSuccess(one, other, isErrorCorrected: isErrorCorrected)
        #expect(events(of: one).starts(with: [.answerToneHeard, .preambleHeard, .negotiationBegan]))
        #expect(events(of: other).first == .callingToneHeard)
        #expect(there.bytesMax <= 64)
    }

    @Test(arguments: [true, false], [true, false])
    func packetsToSoundThroughAGateway(isSentOverPackets: Bool, isErrorCorrected: Bool) throws {
        let ours = isSentOverPackets ? sender(isErrorCorrectionAllowed: isErrorCorrected) : receiver(isCalling: false)
        let theirs =
            isSentOverPackets ? receiver() : sender(isCalling: true, isErrorCorrectionAllowed: isErrorCorrected)
        let overPackets = try FaxTerminal(packets: ours)
        let overSound = try FaxTerminal(sound: theirs)
        let gateway = try #require(FaxGateway())
        var there = PacketLine()
        var back = PacketLine()
        _ = run(overPackets, overSound) {
            overPackets.advance(samples: 160)
            there.pass(from: overPackets, to: gateway)
            line.pass(gateway, overSound)
            back.pass(from: gateway, to: overPackets)
        }
        try expectSuccess(
            isSentOverPackets ? overPackets : overSound, isSentOverPackets ? overSound : overPackets,
            isErrorCorrected: isErrorCorrected)
        #expect(
            gateway.figures == FaxGateway.Figures(pages: 3, bitRate: 14_400, isErrorCorrected: isErrorCorrected))
        #expect(gateway.droppedCount == 0)
        #expect(gateway.malformedCount == 0)
    }

    /// Without ECM, bits that only fill lines stay out of the packets when both agreed on it.
    @Test func fillIsRemoved() throws {
        let settings = T38Settings(isFillRemoved: true)
        let one = try FaxTerminal(packets: sender(isErrorCorrectionAllowed: false), settings)
        let other = try FaxTerminal(sound: receiver())
        let gateway = try #require(FaxGateway(settings))
        var there = PacketLine()
        var back = PacketLine()
        _ = run(one, other) {
            one.advance(samples: 160)
            there.pass(from: one, to: gateway)
            line.pass(gateway, other)
            back.pass(from: gateway, to: one)
        }
        try expectSuccess(one, other, isErrorCorrected: false)
    }

    /// A gateway keeps both ends from what its side cannot do.
    @Test func aGatewayLimitsItsEnds() throws {
        let one = try FaxTerminal(packets: sender())
        let other = try FaxTerminal(sound: receiver())
        let gateway = try #require(
            FaxGateway(T38Settings(fastestModem: FaxModem(bitRateMax: 9_600)), isErrorCorrectionAllowed: false))
        var there = PacketLine()
        var back = PacketLine()
        _ = run(one, other) {
            one.advance(samples: 160)
            there.pass(from: one, to: gateway)
            line.pass(gateway, other)
            back.pass(from: gateway, to: one)
        }
        try expectSuccess(one, other, bitRate: 9_600, isErrorCorrected: false)
        #expect(gateway.figures == FaxGateway.Figures(pages: 3, bitRate: 9_600, isErrorCorrected: false))
    }

    /// The line above the pages, and more text than there is room for.
    @Test func aHeaderIsPrinted() throws {
        var settings = sender()
        settings.pageHeader = String(repeating: "Häuser ", count: 20)
        settings.stationIdentity = String(repeating: "1234567890", count: 3)
        let one = try FaxTerminal(packets: settings)
        let other = try FaxTerminal(packets: receiver())
        var there = PacketLine()
        var back = PacketLine()
        _ = run(one, other) {
            one.advance(samples: 160)
            other.advance(samples: 160)
            there.pass(from: one, to: other)
            back.pass(from: other, to: one)
        }
        #expect(other.outcome?.remoteIdentity == "12345678901234567890")
        let pages = try #require(FaxPages(path: folder.file("received.tif")))
        #expect(pages.pages.count == 3)
        for (page, original) in zip(pages.pages, Self.pages.pages) {
            #expect(page.count > original.count)
            #expect(Array(page.suffix(original.count)) == original)
        }
    }

    @Test func modemsByBitRate() {
        #expect(FaxModem(bitRateMax: 33_600) == .v17)
        #expect(FaxModem(bitRateMax: 14_400) == .v17)
        #expect(FaxModem(bitRateMax: 12_000) == .v29)
        #expect(FaxModem(bitRateMax: 2_400) == .v27ter)
    }
}
