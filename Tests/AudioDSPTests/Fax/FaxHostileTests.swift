import AudioDSP
import CSpanDSP
import FaxTestKit
import Testing

/// Files that are none, and packets of somebody who means harm: an outcome in words, and no crash.
struct FaxHostileTests {
    private static let pages = FaxPages(count: 2, rows: 200)
    private static let tiff = pages.tiff(verticalResolution: 98)
    private static let blocksMax = 30_000

    private let folder: FaxFolder

    init() throws {
        folder = try FaxFolder()
        _ = try folder.write(Self.tiff, to: "sent.tif")
    }

    private func sender(_ name: String = "sent.tif") -> FaxTerminalSettings {
        FaxTerminalSettings(document: .send(path: folder.file(name)), isCalling: true)
    }

    private var receiver: FaxTerminalSettings {
        FaxTerminalSettings(document: .receive(path: folder.file("received.tif")), isCalling: false)
    }

    /// Runs a call over packets that `alter` changes on their way to the receiver, until both have ended it or one
    /// hangs up after ten minutes.
    private func run(
        _ one: FaxTerminalSettings, _ other: FaxTerminalSettings, blocksMax: Int = Self.blocksMax,
        alter: @escaping (inout [UInt8]) -> Void = { _ in }
    ) throws -> (sender: FaxOutcome, receiver: FaxOutcome) {
        let one = try FaxTerminal(packets: one)
        let other = try FaxTerminal(packets: other)
        var there = PacketLine()
        there.alter = alter
        var back = PacketLine()
        for _ in 0..<blocksMax where one.outcome == nil || other.outcome == nil {
            one.advance(samples: 160)
            other.advance(samples: 160)
            there.pass(from: one, to: other)
            back.pass(from: other, to: one)
        }
        one.hangUp()
        other.hangUp()
        return try (#require(one.outcome), #require(other.outcome))
    }

    @Test func pathsThatCannotBe() {
        for (path, error) in [
            ("", FaxError.badPath), ("a\0b", .badPath),
            (String(repeating: "x", count: 256), .pathTooLong(bytes: 256)),
        ] {
            let settings = FaxTerminalSettings(document: .receive(path: path), isCalling: false)
            #expect(throws: error) { try FaxTerminal(sound: settings) }
            #expect(throws: error) { try FaxTerminal(packets: settings) }
        }
    }

    @Test func aFileThatCannotBeWritten() throws {
        let settings = FaxTerminalSettings(document: .receive(path: folder.file("none/x.tif")), isCalling: false)
        let (sent, received) = try run(sender(), settings)
        #expect(received.reason == "TIFF/F file cannot be opened")
        #expect(!received.isSuccess && !sent.isSuccess)
        #expect(sent.pages == 0 && received.pages == 0)
    }

    @Test func aFileThatIsMissing() throws {
        let (sent, received) = try run(sender("none.tif"), receiver)
        #expect(sent.reason == "TIFF/F file cannot be opened")
        #expect(!received.isSuccess)
    }

    @Test(arguments: ["", "no TIFF at all", "II*\0", "II*\0\u{8}\0\0\0\0\0", "MM\0*\0\0\0\u{8}"])
    func aFileThatIsNoTIFF(content: String) throws {
        _ = try folder.write(Array(content.utf8), to: "bad.tif")
        let (sent, received) = try run(sender("bad.tif"), receiver)
        #expect(!sent.isSuccess, "\(sent.reason)")
        #expect(!sent.reason.isEmpty)
        #expect(sent.pages == 0)
        #expect(!received.isSuccess)
    }

    /// Whatever it says of itself: the call ends with an outcome.
    @Test(arguments: UInt64(1)...20)
    func aFileWithWrongBytes(seed: UInt64) throws {
        var random = FaxRandom(seed: seed)
        var file = Self.tiff
        let directoryBytes = 2 + 15 * 12 + 4
        for _ in 0...random.below(6) {
            file[file.count - 1 - random.below(directoryBytes)] = UInt8(truncatingIfNeeded: random.next())
        }
        if seed.isMultiple(of: 4) { file.removeLast(random.below(directoryBytes)) }
        _ = try folder.write(file, to: "bad.tif")
        let (sent, _) = try run(sender("bad.tif"), receiver)
        #expect(!sent.reason.isEmpty)
    }

    @Test(arguments: UInt64(1)...4)
    func randomPackets(seed: UInt64) throws {
        var random = FaxRandom(seed: seed)
        let gateway = try #require(FaxGateway(T38Settings(version: Int(seed % 4))))
        let terminal = try FaxTerminal(packets: seed.isMultiple(of: 2) ? sender() : receiver)
        var samples = [Int16](repeating: 0, count: 160)
        var sequence: UInt16 = 0
        for _ in 0..<8_000 {
            var packet = (0..<random.below(seed == 1 ? 12 : 300)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            if !packet.isEmpty, random.below(2) == 0 { packet[0] = 0xC0 | packet[0] & 0x1E }
            if packet.count > 1, random.below(2) == 0 { packet[1] = UInt8(1 + random.below(3)) }
            sequence &+= random.below(50) == 0 ? UInt16(random.below(65_536)) : 1
            gateway.packetReceived(packet.span, sequence: sequence)
            terminal.packetReceived(packet.span, sequence: sequence)
            terminal.advance(samples: random.below(200))
            var span = samples.mutableSpan
            #expect((0...160).contains(gateway.makeAudio(into: &span)))
            gateway.audioReceived(samples.span)
            if random.below(10) == 0 { gateway.audioMissing(random.below(400)) }
            if random.below(4) == 0 { _ = gateway.nextPacket { packet, _ in #expect(packet.count <= 256) } }
            if random.below(4) == 0 { _ = terminal.nextPacket { packet, _ in #expect(packet.count <= 256) } }
        }
        #expect(gateway.malformedCount > 500)
        var count = 0
        while gateway.nextPacket({ _, _ in }) { count += 1 }
        #expect(count <= 64)
    }

    /// A call in which one of some packets has a wrong byte.
    @Test(arguments: UInt64(1)...8)
    func alteredPackets(seed: UInt64) throws {
        var random = FaxRandom(seed: seed)
        let (sent, received) = try run(sender(), receiver) { packet in
            guard random.below(Int(seed) * 4) == 0, !packet.isEmpty else { return }
            packet[random.below(packet.count)] = UInt8(truncatingIfNeeded: random.next())
        }
        #expect(!sent.reason.isEmpty && !received.reason.isEmpty)
    }

    @Test(arguments: UInt64(1)...4)
    func alteredPacketsAtAGateway(seed: UInt64) throws {
        var random = FaxRandom(seed: seed)
        let one = try FaxTerminal(packets: sender())
        let other = try FaxTerminal(sound: receiver)
        let gateway = try #require(FaxGateway())
        let line = SoundLine()
        var there = PacketLine()
        there.alter = { packet in
            guard random.below(Int(seed) * 4) == 0, !packet.isEmpty else { return }
            packet[random.below(packet.count)] = UInt8(truncatingIfNeeded: random.next())
        }
        var back = PacketLine()
        for _ in 0..<Self.blocksMax / 3 where one.outcome == nil || other.outcome == nil {
            one.advance(samples: 160)
            there.pass(from: one, to: gateway)
            line.pass(gateway, other)
            back.pass(from: gateway, to: one)
        }
        one.hangUp()
        other.hangUp()
        #expect(one.outcome != nil && other.outcome != nil)
    }

    /// A packet with one HDLC frame that is right; bits of T.38 go the other way round than those of `frame`.
    private static func packet(dataType: UInt8, frame: [UInt8]) -> [UInt8] {
        let length = frame.count - 1
        let bytes = frame.map { byte in (0..<8).reduce(UInt8(0)) { $0 << 1 | byte >> $1 & 1 } }
        return [0xC0 | dataType << 1, 2, 0x80, UInt8(length >> 8), UInt8(length & 0xFF)] + bytes + [0x20]
    }

    /// An image frame without even a number, which spandsp 0.0.6 would copy as 4 GB less one byte.
    @Test func anImageFrameThatIsTooShort() throws {
        var imagePackets = 0
        let (sent, received) = try run(sender(), receiver, blocksMax: 3_000) { packet in
            // V.17 at 14,400 bit/s.
            guard packet[0] == 0xC0 | 8 << 1 else { return }
            imagePackets += 1
            if imagePackets > 100 { packet = Self.packet(dataType: 8, frame: [0xFF, 0x03, UInt8(T4_FCD)]) }
        }
        #expect(imagePackets > 100)
        #expect(!sent.isSuccess && !received.isSuccess)
    }

    /// A command that is longer than spandsp 0.0.6 has room for when it writes it down in words.
    @Test(arguments: [23, 60, 120, 250])
    func aCommandThatIsTooLong(bytes: Int) throws {
        let frame = [0xFF, 0x13, UInt8(T30_DCS)] + [UInt8](repeating: 0x44, count: bytes - 3)
        var isSent = false
        let (sent, received) = try run(sender(), receiver, blocksMax: 3_000) { packet in
            guard packet[0] & 0xFE == 0xC0 else { return }
            packet = Self.packet(dataType: 0, frame: frame)
            isSent = true
        }
        #expect(isSent)
        #expect(!sent.isSuccess)
        #expect(received.reason == "Unexpected message received")
    }

    /// Each kind of frame at its limits.
    @Test func framesThatTheEngineMaySee() {
        func isAcceptable(_ kind: Int, bytes: Int) -> Bool {
            var screen = FaxFrameScreen()
            let frame = [0xFF, 0x03, UInt8(kind)] + [UInt8](repeating: 0x44, count: 300)
            return screen.isAcceptable(frame.span.extracting(first: bytes))
        }
        #expect(!isAcceptable(T30_MCF, bytes: 2))
        #expect(isAcceptable(T30_MCF, bytes: 3))
        #expect(!isAcceptable(T4_FCD, bytes: 3))
        #expect(isAcceptable(T4_FCD, bytes: 4))
        #expect(isAcceptable(T4_FCD, bytes: 260))
        #expect(isAcceptable(T30_DCS, bytes: 22))
        #expect(!isAcceptable(T30_DCS, bytes: 23))
        #expect(!isAcceptable(T30_DCS | 1, bytes: 23))
    }

    /// The engine keeps a copy of each, and forgets the one before.
    @Test func nonStandardFramesWithoutEnd() {
        let frame = [0xFF, 0x03, UInt8(T30_NSF)] + [UInt8](repeating: 0x44, count: 200)
        var screen = FaxFrameScreen()
        var acceptedCount = 0
        for _ in 0..<200 where screen.isAcceptable(frame.span) { acceptedCount += 1 }
        #expect(acceptedCount == FaxFrameScreen.nonStandardFramesMax)
    }

    /// Speech, music or noise where a modem should be. The engine takes it for a carrier that never ends.
    @Test(arguments: [50, 2_000, 20_000])
    func noiseInsteadOfAModem(level: Int) throws {
        var random = FaxRandom(seed: 1)
        let noise = (0..<8_000).map { _ in Int16(clamping: random.below(2 * level) - level) }
        let gateway = try #require(FaxGateway())
        let terminal = try FaxTerminal(sound: receiver)
        var made = [Int16](repeating: 0, count: 160)
        for block in 0..<10_000 where terminal.outcome == nil {
            let start = block * 160 % noise.count
            let samples = noise.span.extracting(start..<start + 160)
            gateway.audioReceived(samples)
            terminal.audioReceived(samples)
            var span = made.mutableSpan
            _ = terminal.makeAudio(into: &span)
            while gateway.nextPacket({ _, _ in }) {}
        }
        let outcome = try #require(terminal.outcome)
        #expect(!outcome.isSuccess)
        #expect(outcome.pages == 0)
        #expect(outcome.reason.hasPrefix(level > 1_000 ? "No frame was heard" : "Disconnected after"))
    }
}
