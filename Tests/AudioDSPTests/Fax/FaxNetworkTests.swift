import AudioDSP
import CAllocationCounter
import CSpanDSP
import FaxTestKit
import Testing

/// Faxes on networks as they are: datagrams are lost, calls change to T.38 on the way, calls end too early.
struct FaxNetworkTests {
    private static let pages = FaxPages(count: 3, rows: 200)
    private static let tiff = pages.tiff(verticalResolution: 98)
    private static let blocksMax = 30_000

    private let folder: FaxFolder
    private let line = SoundLine(.mu)

    init() throws {
        folder = try FaxFolder()
        _ = try folder.write(Self.tiff, to: "sent.tif")
    }

    private var sender: FaxTerminalSettings {
        FaxTerminalSettings(document: .send(path: folder.file("sent.tif")), isCalling: true)
    }

    private var receiver: FaxTerminalSettings {
        FaxTerminalSettings(document: .receive(path: folder.file("received.tif")), isCalling: false)
    }

    /// With the packet before it in each datagram, three lost of a hundred leave one lost of a thousand: ECM repairs
    /// it.
    @Test(arguments: UInt64(1)...5)
    func lostDatagrams(seed: UInt64) throws {
        let one = try FaxTerminal(packets: sender)
        let other = try FaxTerminal(packets: receiver)
        var there = PacketLine(lossPercent: 3, seed: seed)
        var back = PacketLine(lossPercent: 3, seed: seed + 100)
        for _ in 0..<Self.blocksMax where one.outcome == nil || other.outcome == nil {
            one.advance(samples: 160)
            other.advance(samples: 160)
            there.pass(from: one, to: other)
            back.pass(from: other, to: one)
        }
        #expect(there.lostCount > 10)
        let outcome = try #require(one.outcome)
        #expect(outcome.isSuccess, "\(outcome.reason)")
        #expect(other.outcome?.isSuccess == true, "\(other.outcome?.reason ?? "")")
        #expect(other.outcome?.resolution == FaxOutcome.Resolution(horizontal: 204, vertical: 98))
        #expect(FaxPages(path: folder.file("received.tif")) == Self.pages)
    }

    @Test(arguments: UInt64(1)...3)
    func lostDatagramsAtAGateway(seed: UInt64) throws {
        let one = try FaxTerminal(packets: sender)
        let other = try FaxTerminal(sound: receiver)
        let gateway = try #require(FaxGateway())
        var there = PacketLine(lossPercent: 3, seed: seed)
        var back = PacketLine(lossPercent: 3, seed: seed + 100)
        for _ in 0..<Self.blocksMax where one.outcome == nil || other.outcome == nil {
            one.advance(samples: 160)
            there.pass(from: one, to: gateway)
            line.pass(gateway, other)
            back.pass(from: gateway, to: one)
        }
        #expect(there.lostCount > 10)
        let outcome = try #require(one.outcome)
        #expect(outcome.isSuccess, "\(outcome.reason)")
        #expect(FaxPages(path: folder.file("received.tif")) == Self.pages)
    }

    /// A call begins with sound; when the caller hears a V.21 preamble, both change to T.38.
    @Test(arguments: [true, false])
    func theCallChangesToT38(isChangedByPreamble: Bool) throws {
        let one = try FaxTerminal(sound: sender)
        let other = try FaxTerminal(sound: receiver)
        var hasChanged = false
        var there = PacketLine()
        var back = PacketLine()
        for _ in 0..<Self.blocksMax where one.outcome == nil || other.outcome == nil {
            guard !hasChanged else {
                one.advance(samples: 160)
                other.advance(samples: 160)
                there.pass(from: one, to: other)
                back.pass(from: other, to: one)
                continue
            }
            line.pass(one, other)
            while let event = one.nextEvent() {
                guard event == (isChangedByPreamble ? .preambleHeard : .answerToneHeard) else { continue }
                #expect(one.changeToPackets())
                #expect(other.changeToPackets())
                hasChanged = true
            }
        }
        #expect(one.isOverPackets)
        #expect(one.outcome?.isSuccess == true, "\(one.outcome?.reason ?? "")")
        #expect(other.outcome?.isSuccess == true, "\(other.outcome?.reason ?? "")")
        #expect(FaxPages(path: folder.file("received.tif")) == Self.pages)
        #expect(!one.changeToPackets())
    }

    @Test func itIsTooLateForT38OncePagesAreUnderWay() throws {
        let one = try FaxTerminal(sound: sender)
        let other = try FaxTerminal(sound: receiver)
        var arePagesUnderWay = false
        for _ in 0..<Self.blocksMax where !arePagesUnderWay {
            line.pass(one, other)
            while let event = other.nextEvent() { arePagesUnderWay = arePagesUnderWay || event == .pageEnded(count: 1) }
        }
        #expect(!one.changeToPackets())
        #expect(!other.changeToPackets())
        #expect(!one.isOverPackets)
    }

    /// The call ends after the first page: both say so, and the page is kept.
    @Test func theCallEndsTooEarly() throws {
        let one = try FaxTerminal(sound: sender)
        let other = try FaxTerminal(sound: receiver)
        var pages = 0
        for _ in 0..<Self.blocksMax where pages == 0 {
            line.pass(one, other)
            while let event = one.nextEvent() {
                if case .pageEnded(let count) = event { pages = count }
            }
        }
        one.hangUp()
        other.hangUp()
        for outcome in try [#require(one.outcome), #require(other.outcome)] {
            #expect(!outcome.isSuccess)
            #expect(outcome.reason == "The call dropped prematurely")
            #expect(outcome.pages == 1)
        }
        #expect(FaxPages(path: folder.file("received.tif"))?.pages == [Self.pages.pages[0]])
    }

    /// Nobody is there: the caller gives up by itself (T.30 §5.4.3.1: T1 and what comes before it).
    @Test func nobodyAnswers() throws {
        let one = try FaxTerminal(packets: sender)
        for _ in 0..<Self.blocksMax where one.outcome == nil { one.advance(samples: 160) }
        let outcome = try #require(one.outcome)
        #expect(!outcome.isSuccess)
        #expect(outcome.reason.contains("Timed out"))
        #expect(outcome.pages == 0)
        #expect(outcome.resolution == nil)
    }

    /// A gateway works on a media thread.
    @Test(arguments: [0, 3])
    func aGatewayAllocatesNothing(delayBlocks: Int) throws {
        let one = try FaxTerminal(packets: sender)
        let other = try FaxTerminal(sound: receiver)
        let gateway = CountingGateway(try #require(FaxGateway()))
        var there = PacketLine(delayBlocks: delayBlocks)
        var back = PacketLine(delayBlocks: delayBlocks)
        for _ in 0..<Self.blocksMax where one.outcome == nil || other.outcome == nil {
            one.advance(samples: 160)
            there.pass(from: one, to: gateway)
            line.pass(gateway, other)
            back.pass(from: gateway, to: one)
        }
        #expect(one.outcome?.isSuccess == true, "\(one.outcome?.reason ?? "")")
        #expect(gateway.callCount > 5_000)
        if pbx_allocations_are_counted() != 0 { #expect(gateway.allocationCount == 0) }
    }
}

/// A gateway that counts what it allocates.
private final class CountingGateway: FaxSound, FaxPackets {
    private let gateway: FaxGateway
    private(set) var allocationCount = 0
    private(set) var callCount = 0

    init(_ gateway: FaxGateway) { self.gateway = gateway }

    private func counted<Result>(_ body: () -> Result) -> Result {
        let before = pbx_allocations_of_thread()
        let result = body()
        count(Int(pbx_allocations_of_thread() - before))
        return result
    }

    private func count(_ allocations: Int) {
        callCount += 1
        // By then the language's runtime has what it makes once for a program.
        if callCount > 500 { allocationCount += allocations }
    }

    func audioReceived(_ samples: Span<Int16>) { counted { gateway.audioReceived(samples) } }

    func makeAudio(into samples: inout MutableSpan<Int16>) -> Int {
        let before = pbx_allocations_of_thread()
        let made = gateway.makeAudio(into: &samples)
        count(Int(pbx_allocations_of_thread() - before))
        return made
    }

    func packetReceived(_ packet: Span<UInt8>, sequence: UInt16) {
        counted { gateway.packetReceived(packet, sequence: sequence) }
    }

    func nextPacket(_ body: (Span<UInt8>, _ copies: Int) -> Void) -> Bool {
        let before = pbx_allocations_of_thread()
        var ofTaker: UInt64 = 0
        let isFound = gateway.nextPacket { packet, copies in
            let before = pbx_allocations_of_thread()
            body(packet, copies)
            ofTaker = pbx_allocations_of_thread() - before
        }
        count(Int(pbx_allocations_of_thread() - before - ofTaker))
        return isFound
    }
}
