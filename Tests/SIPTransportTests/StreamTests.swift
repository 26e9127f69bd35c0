import NIOCore
import PBXBase
import SIPGrammar
import SIPTransport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct StreamTests {
    @Test(arguments: [IPAddress.ipv4Loopback, .ipv6Loopback])
    func `a request over a connection is answered over it`(address: IPAddress) async throws {
        let pbx = Station()
        let server = try await pbx.listen(.tcp, address)
        let transports = pbx.transports
        pbx.recorder.onReceived { bytes, flow in transports.send(Array(bytes.prefix(7)), on: flow) }

        let peer = try #require(RawPeer(connectingTo: server))
        peer.write(message(1, bodyBytes: 10))

        let (bytes, flow) = try #require(await pbx.recorder.nextMessage())
        #expect(bytes == message(1, bodyBytes: 10))
        #expect(flow.transport == .tcp)
        #expect(flow.local == server)
        #expect(flow.remote == peer.local)
        #expect(flow.connection != 0)
        #expect(peer.read() == Array("OPTIONS".utf8))
    }

    @Test func `frames glued together and cut anywhere come out the same`() async throws {
        let pbx = Station()
        let server = try await pbx.listen(.tcp, .ipv4Loopback)
        let peer = try #require(RawPeer(connectingTo: server))
        let messages = (0..<20).map { message($0, bodyBytes: $0 * 7) }
        var rest = messages.flatMap(\.self)[...]
        var random = SeededRandom(seed: 11)
        while !rest.isEmpty {
            let cut = Int.random(in: 1...400, using: &random)
            peer.write(rest.prefix(cut))
            rest = rest.dropFirst(cut)
        }
        for expected in messages { #expect(await pbx.recorder.nextMessage()?.0 == expected) }
    }

    @Test func `a keep-alive is answered, also in the middle of traffic`() async throws {
        let pbx = Station()
        let server = try await pbx.listen(.tcp, .ipv4Loopback)
        let peer = try #require(RawPeer(connectingTo: server))
        peer.write(Array("\r\n\r\n".utf8))
        #expect(peer.read() == [13, 10])
        peer.write(message(1) + Array("\r\n\r\n".utf8))
        #expect(peer.read() == [13, 10])
        #expect(await pbx.recorder.nextMessage()?.0 == message(1))
    }

    @Test func `garbage costs the peer its connection, and nobody else`() async throws {
        let pbx = Station()
        let server = try await pbx.listen(.tcp, .ipv4Loopback)
        let good = try #require(RawPeer(connectingTo: server))
        let bad = try #require(RawPeer(connectingTo: server))
        bad.write([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xFC, 0x03, 0x03, 0x0D, 0x0A, 0x0D, 0x0A])
        guard case .closed(let flow, let reason) = await pbx.recorder.next() else {
            Issue.record("the connection was not closed")
            return
        }
        #expect(flow.remote == bad.local)
        #expect(reason.hasPrefix("not SIP: "))
        good.write(message(1))
        #expect(await pbx.recorder.nextMessage()?.1.remote == good.local)
    }

    @Test func `half a message is closed at its deadline`() async throws {
        var limits = SIPTransportLimits()
        limits.messageTimeMax = .milliseconds(50)
        let pbx = Station(limits: limits)
        let server = try await pbx.listen(.tcp, .ipv4Loopback)
        let peer = try #require(RawPeer(connectingTo: server))
        peer.write(message(1) + message(2).dropLast(5))
        let flow = try #require(await pbx.recorder.nextMessage()).1
        #expect(await pbx.recorder.next() == .closed(flow, "half a message, and no more for too long"))
        #expect(peer.read()?.isEmpty ?? true)
    }

    @Test func `a message that trickles is closed too, however steadily`() async throws {
        var limits = SIPTransportLimits()
        limits.messageTimeMax = .milliseconds(100)
        let pbx = Station(limits: limits)
        let server = try await pbx.listen(.tcp, .ipv4Loopback)
        let peer = try #require(RawPeer(connectingTo: server, patience: .milliseconds(1)))
        let trickle = Task.detached { [bytes = message(1, bodyBytes: 50_000)] in
            var position = 0
            while position < bytes.count, !Task.isCancelled {
                peer.write(bytes[position...position])
                position += 1
                // Waits for the end of the connection, a little while at a time.
                if peer.read() == [] { return }
            }
        }
        guard case .closed(_, let reason) = await pbx.recorder.next() else {
            Issue.record("the connection was not closed")
            return
        }
        #expect(reason == "half a message, and no more for too long")
        trickle.cancel()
    }

    @Test func `a peer that says nothing is closed, and so is one that falls silent`() async throws {
        var limits = SIPTransportLimits()
        limits.firstMessageTimeMax = .milliseconds(40)
        limits.idleTimeMax = .milliseconds(80)
        let pbx = Station(limits: limits)
        let server = try await pbx.listen(.tcp, .ipv4Loopback)
        let mute = try #require(RawPeer(connectingTo: server))
        guard case .closed(let flow, "no message since it connected") = await pbx.recorder.next() else {
            Issue.record("the mute connection was not closed")
            return
        }
        #expect(flow.remote == mute.local)
        let idle = try #require(RawPeer(connectingTo: server))
        idle.write(message(1))
        let spoken = try #require(await pbx.recorder.nextMessage()).1
        #expect(await pbx.recorder.next() == .closed(spoken, "idle"))
    }

    @Test func `a connection that is late from the start is closed and told as well`() async throws {
        var limits = SIPTransportLimits()
        limits.firstMessageTimeMax = .zero
        let pbx = Station(limits: limits)
        let server = try await pbx.listen(.tcp, .ipv4Loopback)
        let peer = try #require(RawPeer(connectingTo: server))
        guard case .closed(_, "no message since it connected") = await pbx.recorder.next() else {
            Issue.record("the connection was not closed")
            return
        }
        #expect(peer.read()?.isEmpty ?? true)
        let transports = pbx.transports
        #expect(try await pbx.loop.submit { transports.connectionCount }.get() == 0)
    }

    @Test func `connections are limited in all and per source`() async throws {
        var limits = SIPTransportLimits()
        limits.connectionsMax = 3
        limits.connectionsPerSourceMax = 2
        let pbx = Station(limits: limits)
        let server = try await pbx.listen(.tcp, .ipv4Loopback)
        var peers: [RawPeer] = []
        for number in 0..<2 {
            let peer = try #require(RawPeer(connectingTo: server))
            peer.write(message(number))
            _ = try #require(await pbx.recorder.nextMessage())
            peers.append(peer)
        }
        let third = try #require(RawPeer(connectingTo: server))
        #expect(
            await pbx.recorder.next()
                == .refused(third.local, "2 connections from that address, which is the limit"))
        #expect(third.read()?.isEmpty ?? true)
        // One that ends makes room for another.
        peers.removeLast()
        guard case .closed = await pbx.recorder.next() else {
            Issue.record("the end of a connection was not told")
            return
        }
        let fourth = try #require(RawPeer(connectingTo: server))
        fourth.write(message(4))
        #expect(await pbx.recorder.nextMessage()?.0 == message(4))
    }

    @Test func `a peer that does not read is closed at the limit`() async throws {
        var limits = SIPTransportLimits()
        limits.sendQueueBytesMax = 100_000
        let pbx = Station(limits: limits)
        let server = try await pbx.listen(.tcp, .ipv4Loopback)
        let peer = try #require(RawPeer(connectingTo: server))
        peer.write(message(1))
        let flow = try #require(await pbx.recorder.nextMessage()).1
        // More than any kernel buffer on the way takes.
        let flood = [[UInt8]](repeating: [UInt8](repeating: 65, count: 60_000), count: 400)
        try await pbx.send(flood, on: flow)
        #expect(await pbx.recorder.next() == .closed(flow, "send queue full: the peer does not read"))
        withExtendedLifetime(peer) {}
    }

    @Test func `sending on a connection that is gone fails`() async throws {
        let pbx = Station()
        let server = try await pbx.listen(.tcp, .ipv4Loopback)
        var peer = RawPeer(connectingTo: server)
        peer?.write(message(1))
        let flow = try #require(await pbx.recorder.nextMessage()).1
        peer = nil
        #expect(await pbx.recorder.next() == .closed(flow, "closed by the peer"))
        try await pbx.send([message(2)], on: flow)
        #expect(
            await pbx.recorder.next()
                == .failed(flow, "connection \(flow.connection) to \(flow.remote) is gone"))
    }

    @Test func `this side can end a connection`() async throws {
        let pbx = Station()
        let server = try await pbx.listen(.tcp, .ipv4Loopback)
        let peer = try #require(RawPeer(connectingTo: server))
        peer.write(message(1))
        let flow = try #require(await pbx.recorder.nextMessage()).1
        let transports = pbx.transports
        try await pbx.loop.submit { transports.close(connection: flow.connection) }.get()
        #expect(await pbx.recorder.next() == .closed(flow, "closed by this side"))
        #expect(peer.read()?.isEmpty ?? true)
    }
}

@Suite(.timeLimit(.minutes(1)))
struct ConnectTests {
    @Test(arguments: [IPAddress.ipv4Loopback, .ipv6Loopback])
    func `a send without connection opens one, and the next ones use it`(address: IPAddress) async throws {
        let pbx = Station()
        let phone = Station()
        let remote = try await phone.listen(.tcp, address)
        let flow = Flow(transport: .tcp, local: Endpoint(address, port: 5_060), remote: remote)
        try await pbx.send([message(1), message(2)], on: flow)
        let first = try #require(await phone.recorder.nextMessage())
        let second = try #require(await phone.recorder.nextMessage())
        try await pbx.send([message(3)], on: flow)
        let third = try #require(await phone.recorder.nextMessage())
        #expect([first.0, second.0, third.0] == [message(1), message(2), message(3)])
        #expect(Set([first.1, second.1, third.1]).count == 1)
        // And the answer comes back over the same one.
        try await phone.send([message(4)], on: first.1)
        let answer = try #require(await pbx.recorder.nextMessage())
        #expect(answer.0 == message(4))
        #expect(answer.1.remote == remote)
        #expect(answer.1.connection != 0)
    }

    @Test func `a connection that a phone opened is used to reach it`() async throws {
        let pbx = Station()
        let server = try await pbx.listen(.tcp, .ipv4Loopback)
        let peer = try #require(RawPeer(connectingTo: server))
        peer.write(message(1))
        _ = await pbx.recorder.nextMessage()
        try await pbx.send([message(2)], on: Flow(transport: .tcp, local: server, remote: peer.local))
        #expect(peer.read() == message(2))
    }

    @Test func `a refused connect fails every message that waited for it, once per flow`() async throws {
        let phone = Station()
        let remote = try await phone.listen(.tcp, .ipv4Loopback)
        await phone.transports.close()
        let pbx = Station()
        let flow = Flow(transport: .tcp, local: Endpoint(.ipv4Loopback, port: 5_060), remote: remote)
        try await pbx.send([message(1), message(2)], on: flow)
        #expect(
            await pbx.recorder.next() == .failed(flow, "connect to \(remote) failed: connection refused"))
        let transports = pbx.transports
        #expect(try await pbx.loop.submit { transports.connectionCount }.get() == 0)
    }

    @Test func `a lost connection is told by its number and by the flow that used it, and is opened anew`() async throws
    {
        let phone = Station()
        let remote = try await phone.listen(.tcp, .ipv4Loopback)
        let pbx = Station()
        let flow = Flow(transport: .tcp, local: Endpoint(.ipv4Loopback, port: 5_060), remote: remote)
        try await pbx.send([message(1)], on: flow)
        let first = try #require(await phone.recorder.nextMessage()).1
        let transports = phone.transports
        try await phone.loop.submit { transports.close(connection: first.connection) }.get()
        guard case .closed(let closed, "closed by the peer") = await pbx.recorder.next() else {
            Issue.record("the end of the connection was not told")
            return
        }
        #expect(closed.remote == remote)
        #expect(await pbx.recorder.next() == .failed(flow, "connection lost: closed by the peer"))
        guard case .closed = await phone.recorder.next() else {
            Issue.record("the side that closed was not told")
            return
        }
        try await pbx.send([message(2)], on: flow)
        let second = try #require(await phone.recorder.nextMessage())
        #expect(second.0 == message(2))
        #expect(second.1.connection != first.connection)
    }

    @Test func `what waits for a connect is bounded`() async throws {
        var limits = SIPTransportLimits()
        limits.sendQueueBytesMax = 1_000
        let pbx = Station(limits: limits)
        let phone = Station()
        let remote = try await phone.listen(.tcp, .ipv4Loopback)
        let flow = Flow(transport: .tcp, local: Endpoint(.ipv4Loopback, port: 5_060), remote: remote)
        try await pbx.send([message(1), [UInt8](repeating: 65, count: 2_000)], on: flow)
        #expect(await pbx.recorder.next() == .failed(flow, "send queue full while connecting to \(remote)"))
        #expect(await phone.recorder.nextMessage()?.0 == message(1))
    }

    @Test func `closing the transport ends what is open and what is on its way`() async throws {
        let pbx = Station()
        let server = try await pbx.listen(.tcp, .ipv4Loopback)
        let peer = try #require(RawPeer(connectingTo: server))
        peer.write(message(1))
        let flow = try #require(await pbx.recorder.nextMessage()).1
        await pbx.transports.close()
        #expect(await pbx.recorder.next() == .closed(flow, "closed by this side"))
        #expect(RawPeer(connectingTo: server) == nil)
        let outbound = Flow(transport: .tcp, local: server, remote: server)
        try await pbx.send([message(2)], on: outbound)
        #expect(await pbx.recorder.next() == .failed(outbound, "the transport is closed"))
    }
}
