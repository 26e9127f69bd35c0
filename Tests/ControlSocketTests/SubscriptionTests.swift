import ControlProtocol
import ControlSocket
import Testing

/// Snapshot, then every change: over a real socket.
struct SubscriptionTests {
    @Test func eventsFollowTheSnapshotWithoutGap() async throws {
        let bench = try await TestBench()
        let exchange = bench.exchange
        let client = try await bench.client()
        // Somebody is subscribed all the time, so that events flow before our snapshot as well.
        let other = try await bench.client()
        _ = try await other.call(SubscribeCommand(topics: [.system]))
        let happening = Task { for _ in 0..<2_000 { exchange.happen(2) } }
        let snapshot = try await client.call(SubscribeCommand(topics: [.system]))
        await happening.value
        exchange.happen(1)
        var expected = snapshot.seq + 1
        while expected <= 4_001 {
            let event = try await client.nextEvent()
            #expect(event.type == .configurationReloaded)
            #expect(event.seq == expected)
            #expect(try event.data(as: ConfigurationReload.self).extensions == Int(expected))
            expected += 1
        }
        await bench.server.stop()
    }

    @Test func onlyTheWantedTopicsArrive() async throws {
        let bench = try await TestBench()
        let client = try await bench.client()
        _ = try await client.call(SubscribeCommand(topics: [.registrations]))
        bench.exchange.happen(3, topic: .system)
        bench.exchange.happen(1, topic: .registrations)
        #expect(try await client.nextEvent().type == .registrationAdded)
        await bench.server.stop()
    }

    @Test func unsubscribingEndsTheEvents() async throws {
        let bench = try await TestBench()
        let client = try await bench.client()
        _ = try await client.call(SubscribeCommand(topics: [.system]))
        _ = try await client.call(UnsubscribeCommand())
        bench.exchange.happen(5)
        let snapshot = try await client.call(SubscribeCommand(topics: [.system]))
        bench.exchange.happen(1)
        #expect(snapshot.seq == 5)
        #expect(try await client.nextEvent().seq == 6)
        await bench.server.stop()
    }

    @Test func aSlowClientIsToldItsLossAndStartsAgainFromASnapshot() async throws {
        let bench = try await TestBench(outputBytesMax: 64 * 1_024)
        let quick = try await bench.client()
        _ = try await quick.call(SubscribeCommand(topics: [.system]))
        try await RawPeer.with(bench.folder.socket, isReading: false) { peer in
            try await peer.write(#"{"id":1,"command":"subscribe","params":{"topics":["system"]}}"# + "\n")
            let total: UInt64 = 40_000
            // The quick one proves that the slow one delays nobody: it sees everything while the other reads nothing.
            for _ in 0..<(total / 500) {
                bench.exchange.happen(500)
                for _ in 0..<500 { _ = try await quick.nextEvent() }
            }
            try await peer.startReading()
            try await expectLossAndSnapshot(peer, exchange: bench.exchange, total: total)
        }
        await bench.server.stop()
    }

    private func expectLossAndSnapshot(
        _ peer: RawConnection, exchange: CountingExchange, total: UInt64
    ) async throws {
        // Up to where the subscription's own snapshot and the events after it have brought the client.
        var seen: Int64 = 0
        var lost: Int64 = 0
        var snapshots = 0
        for await line in peer.lines {
            switch line["type"]?.string {
            case "EVENTS_LOST":
                lost += line["data"]?["count"]?.integer ?? 0
                #expect(line["seq"] == .integer(Int64(total)))
            case "SNAPSHOT":
                snapshots += 1
                #expect(line["data"]?["seq"] == .integer(Int64(total)))
                exchange.happen(1)
            case "CONFIGURATION_RELOADED":
                if line["seq"] == .integer(Int64(total) + 1) {
                    #expect(snapshots == 1)
                    #expect(lost > 0)
                    #expect(seen + lost == Int64(total))
                    return
                }
                seen += 1
                #expect(line["seq"] == .integer(seen))
            default:
                #expect(line["id"] == 1)
                seen = line["result"]?["seq"]?.integer ?? -1
            }
        }
        Issue.record("the connection ended before the client was up to date again")
    }
}
