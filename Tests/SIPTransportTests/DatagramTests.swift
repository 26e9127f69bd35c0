import NIOCore
import PBXBase
import SIPGrammar
import SIPTransport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct DatagramTests {
    @Test(arguments: [IPAddress.ipv4Loopback, .ipv6Loopback])
    func `a datagram arrives with both ends, and its answer finds back`(address: IPAddress) async throws {
        let pbx = Station()
        let phone = Station()
        let server = try await pbx.listen(.udp, address)
        let client = try await phone.listen(.udp, address)
        let transports = pbx.transports
        pbx.recorder.onReceived { bytes, flow in transports.send(bytes + [33], on: flow) }

        try await phone.send([message(1)], on: Flow(transport: .udp, local: client, remote: server))

        let request = try #require(await pbx.recorder.nextMessage())
        #expect(request.0 == message(1))
        #expect(request.1 == Flow(transport: .udp, local: server, remote: client))
        let answer = try #require(await phone.recorder.nextMessage())
        #expect(answer.0 == message(1) + [33])
        #expect(answer.1 == Flow(transport: .udp, local: client, remote: server))
    }

    @Test(arguments: [
        (IPAddress.ipv4Any, IPAddress(ipv4: 0x7F00_0009), IPAddress(ipv4: 0x7F00_0007)),
        (IPAddress.ipv6Any, IPAddress.ipv6Loopback, IPAddress.ipv6Loopback),
    ])
    func `a socket for every address knows which one was reached, and answers from it`(
        any: IPAddress, reached: IPAddress, from: IPAddress
    ) async throws {
        let pbx = Station()
        let phone = Station()
        let port = try await pbx.listen(.udp, any).port
        let client = try await phone.listen(.udp, from)
        let transports = pbx.transports
        pbx.recorder.onReceived { bytes, flow in transports.send(bytes, on: flow) }

        let server = Endpoint(reached, port: port)
        try await phone.send([message(1)], on: Flow(transport: .udp, local: client, remote: server))

        #expect(try #require(await pbx.recorder.nextMessage()).1.local == server)
        #expect(try #require(await phone.recorder.nextMessage()).1.remote == server)
    }

    @Test func `ten thousand datagrams arrive in the order they were sent`() async throws {
        let pbx = Station()
        let phone = Station()
        let server = try await pbx.listen(.udp, .ipv4Loopback)
        let client = try await phone.listen(.udp, .ipv4Loopback)
        let flow = Flow(transport: .udp, local: client, remote: server)
        var expected = 0
        // In lots that the smallest kernel buffer holds.
        for lot in 0..<100 {
            try await phone.send((0..<100).map { message(lot * 100 + $0) }, on: flow)
            for _ in 0..<100 {
                let bytes = try #require(await pbx.recorder.nextMessage()).0
                guard bytes == message(expected) else {
                    Issue.record("datagram \(expected) is missing or late")
                    return
                }
                expected += 1
            }
        }
    }

    @Test func `the largest datagram arrives whole`() async throws {
        let pbx = Station()
        let phone = Station()
        let server = try await pbx.listen(.udp, .ipv4Loopback)
        let client = try await phone.listen(.udp, .ipv4Loopback)
        let largest = [UInt8](repeating: 65, count: 65_507)
        try await phone.send([largest], on: Flow(transport: .udp, local: client, remote: server))
        #expect(await pbx.recorder.nextMessage()?.0 == largest)
    }

    @Test func `a datagram that is too large fails, and the next one goes out`() async throws {
        let pbx = Station()
        let phone = Station()
        let server = try await pbx.listen(.udp, .ipv4Loopback)
        let client = try await phone.listen(.udp, .ipv4Loopback)
        let flow = Flow(transport: .udp, local: client, remote: server)
        try await phone.send([[UInt8](repeating: 65, count: 65_508), message(2)], on: flow)
        #expect(await phone.recorder.next() == .failed(flow, "message too long"))
        #expect(await pbx.recorder.nextMessage()?.0 == message(2))
    }

    @Test func `a peer of a family without listener is a failure, not silence`() async throws {
        let phone = Station()
        let client = try await phone.listen(.udp, .ipv4Loopback)
        let flow = Flow(transport: .udp, local: client, remote: Endpoint(.ipv6Loopback, port: 5_060))
        try await phone.send([message(1)], on: flow)
        guard case .failed(flow, _) = await phone.recorder.next() else {
            Issue.record("the send was not reported as failed")
            return
        }
    }

    @Test(arguments: ["", "\r\n", "\r\n\r\n", "\0", "\0\0\0\0"])
    func `keep-alives are nobody's message`(keepAlive: String) async throws {
        let pbx = Station()
        let phone = Station()
        let server = try await pbx.listen(.udp, .ipv4Loopback)
        let client = try await phone.listen(.udp, .ipv4Loopback)
        let flow = Flow(transport: .udp, local: client, remote: server)
        try await phone.send([Array(keepAlive.utf8), message(1)], on: flow)
        #expect(await pbx.recorder.nextMessage()?.0 == message(1))
    }

    @Test func `a taken port is an error that says so`() async throws {
        let first = Station()
        let second = Station()
        let taken = try await first.listen(.udp, .ipv4Loopback)
        await #expect(throws: SIPTransportError(.addressInUse, attempt: "listen on udp \(taken)")) {
            _ = try await second.transports.listen([SIPListener(.udp, taken)])
        }
    }

    @Test func `the address towards loopback is loopback`() {
        #expect(localAddress(towards: .ipv4Loopback) == .ipv4Loopback)
        #expect(localAddress(towards: .ipv6Loopback) == .ipv6Loopback)
    }
}
