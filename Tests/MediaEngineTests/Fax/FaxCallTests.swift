import AudioDSP
import FaxTestKit
import MediaControl
import PBXBase
import RTPGrammar
import Testing

@testable import MediaEngine

/// Whole faxes through a worker: from packets to sound and back, and from and to a machine of ours.
struct FaxCallTests {
    private static let pages = FaxPages(count: 3, rows: 300)
    private static let parameters = FaxParameters(datagramBytesMax: 400)
    private let folder: FaxFolder
    private let harness: WorkerHarness
    private let ports: [PortLease]

    init() throws {
        folder = try FaxFolder()
        harness = try WorkerHarness()
        ports = harness.prepare(2)
    }

    private func soundPlan(_ machine: FaxSoundMachine, sink: PortLease?, fax: FaxPlan) -> MediaPlan {
        var plan = MediaPlan(remote: machine.endpoint, sink: sink?.id, fax: fax)
        plan.formats = [FaxSoundMachine.format]
        plan.sending = AudioSending(format: FaxSoundMachine.format)
        return plan
    }

    private func settings(sends: Bool, calls: Bool) throws -> FaxTerminalSettings {
        let path =
            sends ? try folder.write(Self.pages.tiff(verticalResolution: 196), to: "sent.tif") : folder.file("got.tif")
        return FaxTerminalSettings(
            document: sends ? .send(path: path) : .receive(path: path), isCalling: calls,
            stationIdentity: sends ? "+49 1" : "+49 2")
    }

    /// - Parameter isPacketSender: the machine that speaks packets sends the pages, else the one that speaks sound.
    @Test(arguments: [(true, 0), (false, 0), (true, 40), (false, 40)])
    func packetsBecomeSoundAndSoundPackets(isPacketSender: Bool, losesOneOf: Int) throws {
        let packets = FaxPacketMachine(try FaxTerminal(packets: settings(sends: isPacketSender, calls: isPacketSender)))
        let line = FaxSoundMachine(try FaxTerminal(sound: settings(sends: !isPacketSender, calls: !isPacketSender)))
        packets.losesOneOf = losesOneOf
        harness.apply(
            (ports[0], MediaPlan(remote: packets.endpoint, sink: ports[1].id, fax: .gateway(Self.parameters))),
            (ports[1], soundPlan(line, sink: ports[0], fax: .line)))
        run(upTo: 200) {
            packets.live(at: ports[0], of: harness)
            line.live(at: ports[1], of: harness)
            return packets.terminal.outcome != nil && line.terminal.outcome != nil
        } deliver: {
            packets.take($0)
            line.take($0)
        }
        for machine in [packets.terminal, line.terminal] {
            let outcome = try #require(machine.outcome)
            #expect(outcome.isSuccess, "\(outcome.reason)")
            #expect(outcome.pages == 3)
            #expect(outcome.bitRate == 14_400)
        }
        #expect(FaxPages(path: folder.file("got.tif")) == Self.pages)
        #expect(harness.release(ports[0], ports[1]).allSatisfy { $0.packetsSent > 100 && $0.packetsReceived > 100 })
    }

    /// - Parameter changes: it goes on over fax packets as soon as our machine has heard the other one.
    @Test(arguments: [(true, false), (false, false), (true, true), (false, true)])
    func aMachineOfOursSendsAndReceives(sends: Bool, changes: Bool) throws {
        let line = FaxSoundMachine(try FaxTerminal(sound: settings(sends: !sends, calls: !sends)))
        var packets: FaxPacketMachine?
        let document: FaxTransmission.Document =
            sends
            ? .send(path: try folder.write(Self.pages.tiff(verticalResolution: 196), to: "sent.tif"))
            : .receive(path: folder.file("got.tif"))
        harness.apply((ports[0], soundPlan(line, sink: nil, fax: .machine(nil))))
        harness.send(.fax(FaxTransmission(id: FaxID(7), port: ports[0].id, document: document, isCalling: sends)))
        var events: [MediaEvent] = []
        var end: FaxEnd?
        run(upTo: 200) {
            _ = harness.files.faxes.pump()
            for event in harness.takeEvents() {
                events.append(event)
                if case .faxEnded(FaxID(7), let found) = event { end = found }
            }
            if changes, packets == nil, events.contains(.faxProgressed(FaxID(7), .machineHeard)),
                line.terminal.changeToPackets()
            {
                packets = FaxPacketMachine(line.terminal)
                harness.apply(
                    (ports[0], MediaPlan(remote: packets?.endpoint, latchGeneration: 1, fax: .machine(Self.parameters)))
                )
            }
            if let packets { packets.live(at: ports[0], of: harness) } else { line.live(at: ports[0], of: harness) }
            return end != nil && line.terminal.outcome != nil
        } deliver: {
            packets?.take($0)
            if packets == nil { line.take($0) }
        }
        let found = try #require(end)
        #expect(found.failure == nil)
        #expect(found.pages == 3)
        #expect(found.remoteIdentity == (sends ? "+49 2" : "+49 1"))
        #expect(line.terminal.outcome?.isSuccess == true)
        #expect((packets != nil) == changes)
        #expect(events.contains(.faxProgressed(FaxID(7), .pages(2))))
        #expect(FaxPages(path: folder.file("got.tif")) == Self.pages)
    }

    @Test func whoHangsUpEndsTheMachine() throws {
        let line = FaxSoundMachine(try FaxTerminal(sound: settings(sends: true, calls: true)))
        harness.apply((ports[0], soundPlan(line, sink: nil, fax: .machine(nil))))
        harness.send(
            .fax(
                FaxTransmission(
                    id: FaxID(1), port: ports[0].id, document: .receive(path: folder.file("got.tif")), isCalling: false)
            ))
        var steps = 0
        run(upTo: 10) {
            _ = harness.files.faxes.pump()
            line.live(at: ports[0], of: harness)
            steps += 1
            return steps == 250
        } deliver: {
            line.take($0)
        }
        _ = harness.release(ports[0])
        _ = harness.files.faxes.pump()
        let ends = harness.takeEvents().compactMap { event in
            if case .faxEnded(FaxID(1), let end) = event { end } else { nil }
        }
        #expect(ends.count == 1)
        #expect(ends.first?.failure != nil)
        #expect(harness.files.faxes.pump() == false)
    }

    /// A machine for a port that has no place for one ends at once, and says so.
    @Test func aMachineWithoutAPlaceEndsAtOnce() throws {
        harness.send(
            .fax(
                FaxTransmission(
                    id: FaxID(1), port: ports[1].id, document: .receive(path: folder.file("got.tif")), isCalling: false)
            ))
        harness.turn()
        _ = harness.files.faxes.pump()
        #expect(harness.takeEvents().count { if case .faxEnded(FaxID(1), _) = $0 { true } else { false } } == 1)
    }

    /// Lets time pass in steps of 20 ms until `step` says that it is enough, for so many seconds at most.
    private func run(upTo seconds: Int, step: () -> Bool, deliver: ([MemoryIO.Sent]) -> Void) {
        for _ in 0..<(seconds * 50) {
            if step() { return }
            for _ in 0..<2 {
                harness.io.advance(.milliseconds(10))
                harness.settle()
            }
            deliver(harness.io.takeSent())
        }
    }
}

/// A fax machine that speaks RTP with A-law.
private final class FaxSoundMachine {
    static let format = MediaFormat(payloadType: 8, name: "PCMA", clockRate: 8_000)
    let endpoint = Endpoint(IPAddress(ipv4: 0xC000_0210), port: 4_000)
    let terminal: FaxTerminal
    private let coder = G711(.a)
    private var stream = TestStream()

    init(_ terminal: FaxTerminal) { self.terminal = terminal }

    /// 20 ms of it.
    func live(at port: PortLease, of harness: WorkerHarness) {
        let samples = sound()
        let header = RTPHeader(
            payloadType: 8, sequenceNumber: stream.sequence, timestamp: stream.timestamp, ssrc: stream.ssrc)
        stream.sequence = stream.sequence.next
        stream.timestamp = stream.timestamp.advanced(by: 160)
        harness.io.deliver(header.packet(payload: samples.map { coder.encode($0) }), from: endpoint, to: port.rtp)
    }

    private func sound() -> [Int16] {
        var samples = [Int16](repeating: 0, count: 160)
        var span = samples.mutableSpan
        _ = terminal.makeAudio(into: &span)
        return samples
    }

    func take(_ sent: [MemoryIO.Sent]) {
        for datagram in sent where datagram.to == endpoint { hear(datagram.bytes) }
    }

    private func hear(_ bytes: [UInt8]) {
        guard let header = try? RTPHeader(bytes.span), header.payloadType == 8 else { return }
        let samples = bytes[header.payload].map { coder.decode($0) }
        terminal.audioReceived(samples.span)
    }
}

/// A fax machine that speaks T.38.
private final class FaxPacketMachine {
    let endpoint = Endpoint(IPAddress(ipv4: 0xC000_0211), port: 4_200)
    let terminal: FaxTerminal
    /// Of so many datagrams either way the network loses one; 0: none.
    var losesOneOf = 0
    private var sender = UDPTLSender(datagramBytesMax: 400)
    private var receiver = UDPTLReceiver()
    private var count = 0

    init(_ terminal: FaxTerminal) { self.terminal = terminal }

    private var isLost: Bool {
        count += 1
        return losesOneOf > 0 && count % losesOneOf == 0
    }

    func live(at port: PortLease, of harness: WorkerHarness) {
        terminal.advance(samples: 160)
        var bytes = [UInt8](repeating: 0, count: UDPTLSender.datagramBytesMax)
        var sent: [[UInt8]] = []
        while terminal.nextPacket({ packet, copies in
            var span = bytes.mutableSpan
            let length = sender.write(packet, into: &span)
            for _ in 0..<copies { sent.append(Array(bytes.prefix(length))) }
        }) {}
        for datagram in sent where !isLost { harness.io.deliver(datagram, from: endpoint, to: port.rtp) }
    }

    func take(_ sent: [MemoryIO.Sent]) {
        for datagram in sent where datagram.to == endpoint && !isLost {
            hear(datagram.bytes)
        }
    }

    private func hear(_ bytes: [UInt8]) {
        var packets: [(bytes: [UInt8], number: UInt16)] = []
        try? receiver.received(bytes.span) { packets.append((Array(bytes[$0]), $1.value)) }
        for packet in packets { terminal.packetReceived(packet.bytes.span, sequence: packet.number) }
    }
}
