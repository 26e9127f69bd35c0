import AudioDSP
import CAllocationCounter
import MediaControl
import PBXBase
import RTPGrammar
import Testing

@testable import MediaEngine

/// Architecture §7: zero allocations per 10,000 packets. On real sockets, with the worker on the test's own thread.
struct AllocationTests {
    private static let packets = 10_000
    private static let pairs = 16
    private static var isCounted: Bool { pbx_allocations_are_counted() != 0 }

    /// On ports bound to one address, whose sockets are connected, and on ports bound to all whose phones were told an
    /// address that the route to them does not suggest.
    @Test(.enabled(if: isCounted), arguments: [nil, IPAddress(ipv4: 0x7F00_0002)])
    func packetsAllocateNothing(told: IPAddress?) throws {
        // The first time a process gets here, the runtime sets up types.
        _ = try allocationsOfWorker(told: told)
        #expect(try allocationsOfWorker(told: told) == 0)
    }

    /// Decoding, mixing and encoding in a room of eight, with somebody who hears music and a call that is recorded.
    @Test(
        .enabled(if: isCounted),
        arguments: [.pcma, .g722, .opus(OpusParameters()), .l16(sampleRate: 16_000)] as [AudioCodec])
    func soundAllocatesNothing(codec: AudioCodec) throws {
        let io = LoadIO()
        let channel = try WorkerChannel(commandsMax: 64, eventsMax: 1_024, eventPipe: -1)
        let files = try MediaFiles { _ in true }
        var worker = MediaWorker(index: 0, settings: WorkerHarness.loopback, channel: channel, io: io)
        func send(_ command: MediaCommand) { _ = channel.send(files.order(for: command)) }
        send(.prepare(worker: 0, count: 10, isIPv6: false))
        worker.turn()
        guard case .leased(let leases) = channel.events.pop() else { throw Timeout() }
        let format = codec.format(payloadType: 96)
        let tone = [AudioItem.tone(.dial, country: "de", atMost: nil)]
        send(.define(MusicID(1), items: tone, worker: 0))
        let assignments = leases.enumerated().map { index, lease in
            let remote = LoadIO.peer(of: index)
            var plan = MediaPlan(
                remote: remote, remoteRTCP: Endpoint(remote.address, port: 4_001), formats: [format],
                sending: AudioSending(format: format))
            plan.payloadTypes = [.init(received: 96, forwarded: 96)]
            if index < 8 { plan.seat = RoomSeat(room: MediaRoomID(1), hasAutomaticGain: true, reportsSpeech: true) }
            if index == 8 { plan.music = MusicID(1) }
            if index == 9 { plan.sink = lease.id }
            return MediaCommand.Assignment(port: lease.id, plan: plan)
        }
        send(.apply(assignments))
        let folder = TestFolder()
        send(.record(Recording(id: RecordingID(1), ports: [leases[9].id], path: folder.path + "/a.wav")))
        worker.turn()
        try prepare(io, codec)
        var allocations: UInt64 = 0
        for millisecond in 0..<1_000 {
            if millisecond % 20 == 0 { io.packetsDue() }
            if millisecond % 50 == 0 {
                _ = files.reader.pump()
                _ = files.writer.pump()
            }
            io.now = io.now + .milliseconds(1)
            let before = pbx_allocations_of_thread()
            worker.turn()
            // The first packets find the peers; the first RTCP is later.
            if millisecond > 300 { allocations += pbx_allocations_of_thread() - before }
            while channel.events.pop() != nil {}
        }
        #expect(allocations == 0)
        #expect(io.sentCount > 10 * 40)
    }

    /// Has every peer say a loud tone.
    private func prepare(_ io: LoadIO, _ codec: AudioCodec) throws {
        var tone = ToneGenerator(frequencyHz: 700, level: -20, sampleRate: codec.sampleRate)
        var samples: [Int16] = []
        tone.next(codec.sampleRate / 50, into: &samples)
        var encoder = try AudioEncoder(codec)
        var bytes = [UInt8](repeating: 0, count: encoder.payloadBytesMax(milliseconds: 20))
        var span = bytes.mutableSpan
        let count = try encoder.encode(samples.span, into: &span)
        io.payload = Array(bytes.prefix(count))
        io.payloadType = 96
        io.ticks = UInt32(codec.clockTicks(milliseconds: 20))
        io.isDrained = false
    }

    private func allocationsOfWorker(told: IPAddress?) throws -> UInt64 {
        let settings = MediaEngineSettings(
            ports: told == nil ? 28_000...28_199 : 28_200...28_399, ipv4Address: told == nil ? .ipv4Loopback : .ipv4Any,
            ipv6Address: nil)
        let channel = try WorkerChannel(commandsMax: 64, eventsMax: 64, eventPipe: -1)
        var worker = MediaWorker(
            index: 0, settings: settings, channel: channel,
            io: try SyscallIO.open(wakeDescriptor: channel.wakeDescriptor))
        _ = channel.send(.command(.prepare(worker: 0, count: 2 * Self.pairs, isIPv6: false)))
        worker.turn()
        guard case .leased(let leases) = channel.events.pop() else { throw Timeout() }
        let phones = try leases.map { _ in try UDPSocket() }
        let plans = leases.indices.map { index in
            MediaCommand.Assignment(
                port: leases[index].id,
                plan: BridgedPair.plan(local: told, remote: phones[index].local, sink: leases[index ^ 1]))
        }
        _ = channel.send(.command(.apply(plans)))
        worker.turn()

        var streams = phones.map { _ in TestStream() }
        var allocations: UInt64 = 0
        var sent = 0
        while sent < Self.packets {
            for index in phones.indices {
                let target = Endpoint(told ?? .ipv4Loopback, port: leases[index].rtp.port)
                phones[index].send(streams[index].packet(), to: target)
            }
            sent += phones.count
            let before = pbx_allocations_of_thread()
            worker.turn()
            allocations += pbx_allocations_of_thread() - before
            for phone in phones { #expect(phone.receive() != nil) }
        }
        while let event = channel.events.pop() {
            guard case .latched = event else {
                Issue.record("unexpected \(event)")
                continue
            }
        }
        // Closes its sockets.
        channel.stop()
        worker.run()
        return allocations
    }
}
