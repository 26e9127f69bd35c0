import ControlProtocol
import ControlSocket
import Testing

struct ControlClientTests {
    @Test func learnsWhoTheServerIsAndGetsTypedReplies() async throws {
        let bench = try await TestBench()
        let client = try await bench.client()
        #expect(client.server.name == "pbxd")
        #expect(client.server.role == .admin)
        #expect(try await client.call(ListCallsCommand()).calls == [])
        #expect(try await client.callForJSON(ListCallsCommand()) == ["calls": []])
        client.close()
        await bench.server.stop()
    }

    @Test func aRefusalIsThrownAsItCame() async throws {
        let bench = try await TestBench()
        let client = try await bench.client()
        await #expect(throws: ControlFailure.noSuchCall("c1")) {
            try await client.call(HangUpCommand(callId: "c1"))
        }
        await bench.server.stop()
    }

    @Test func anotherMajorVersionIsRefusedAndBothAreNamed() async throws {
        let exchange = CountingExchange(version: ProtocolVersion(major: 9, minor: 3))
        let bench = try await TestBench(exchange: exchange)
        await #expect {
            _ = try await bench.client()
        } throws: { error in
            guard let error = error as? ControlSocketError else { return false }
            return error.code == .wrongProtocol && error.message.contains("9.3")
                && error.message.contains(ProtocolVersion.current.description)
        }
        await bench.server.stop()
    }

    @Test func aNewerMinorVersionIsFine() async throws {
        let version = ProtocolVersion(major: ProtocolVersion.current.major, minor: 99)
        let bench = try await TestBench(exchange: CountingExchange(version: version))
        #expect(try await bench.client().server.protocol == version)
        await bench.server.stop()
    }

    @Test func saysWhatIsWrongWhenNobodyIsThere() async throws {
        let folder = TestFolder()
        await #expect {
            _ = try await ControlClient.connect(to: folder.socket, name: "test")
        } throws: { error in
            (error as? ControlSocketError)?.message == "no daemon at \"\(folder.socket)\""
        }
    }

    @Test func manyCallsAtOnceGetTheirOwnReplies() async throws {
        let bench = try await TestBench()
        let client = try await bench.client()
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for index in 0..<200 {
                group.addTask {
                    if index.isMultiple(of: 2) { return try await client.call(ListCallsCommand()).calls.isEmpty }
                    do {
                        _ = try await client.call(HangUpCommand(callId: "c1"))
                        return false
                    } catch is ControlFailure {
                        return true
                    }
                }
            }
            for try await isRight in group { #expect(isRight) }
        }
        await bench.server.stop()
    }
}
