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

    private func allocationsOfWorker(told: IPAddress?) throws -> UInt64 {
        let settings = MediaEngineSettings(
            ports: told == nil ? 28_000...28_199 : 28_200...28_399, ipv4Address: told == nil ? .ipv4Loopback : .ipv4Any,
            ipv6Address: nil)
        let channel = try WorkerChannel(commandsMax: 64, eventsMax: 64, eventPipe: -1)
        var worker = MediaWorker(
            index: 0, settings: settings, channel: channel,
            io: try SyscallIO.open(wakeDescriptor: channel.wakeDescriptor))
        _ = channel.send(.prepare(worker: 0, count: 2 * Self.pairs, isIPv6: false))
        worker.turn()
        guard case .leased(let leases) = channel.events.pop() else { throw Timeout() }
        let phones = try leases.map { _ in try UDPSocket() }
        let plans = leases.indices.map { index in
            MediaCommand.Assignment(
                port: leases[index].id,
                plan: BridgedPair.plan(local: told, remote: phones[index].local, sink: leases[index ^ 1]))
        }
        _ = channel.send(.apply(plans))
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
