import ControlProtocol
import ControlSocket
import Glibc
import NIOCore
import NIOPosix
import Testing

struct ControlServerTests {
    @Test func answersPipelinedRequestsInTheirOrder() async throws {
        let bench = try await TestBench()
        try await RawPeer.with(bench.folder.socket) { peer in
            try await peer.write(
                #"{"id":1,"command":"listCalls"}"# + "\n" + #"{"id":"two","command":"reload"}"# + "\n"
                    + #"{"id":3,"command":"listCalls"}"# + "\r\n")
            var ids: [JSONValue?] = []
            for await line in peer.lines {
                ids.append(line["id"])
                if ids.count == 3 { break }
            }
            #expect(ids == [1, "two", 3])
        }
        await bench.server.stop()
    }

    @Test func garbageGetsAnErrorAndTheConnectionGoesOn() async throws {
        let bench = try await TestBench()
        try await RawPeer.with(bench.folder.socket) { peer in
            try await peer.write("GET / HTTP/1.1\r\n\u{0}\u{1}\n[]\n{\"id\":4,\"command\":\"reload\"}\n")
            var codes: [JSONValue?] = []
            for await line in peer.lines {
                codes.append(line["error"]?["code"])
                if line["id"] == 4 { break }
            }
            #expect(codes == ["bad_request", "bad_request", "bad_request", nil])
        }
        await bench.server.stop()
    }

    @Test func aLineOverTheLimitGetsAnErrorAndEndsTheConnection() async throws {
        let bench = try await TestBench()
        try await RawPeer.with(bench.folder.socket) { peer in
            try? await peer.write(String(repeating: "x", count: ControlLimits.requestBytesMax + 2))
            var codes: [JSONValue?] = []
            for await line in peer.lines { codes.append(line["error"]?["code"]) }
            #expect(codes == ["line_too_long"])
        }
        await bench.server.stop()
    }

    @Test func aPeerThatEndsItsSideStillGetsItsReply() async throws {
        let bench = try await TestBench()
        try await RawPeer.with(bench.folder.socket) { peer in
            try await peer.write(#"{"id":1,"command":"listCalls"}"# + "\n")
            try await peer.endOutput()
            var ids: [JSONValue?] = []
            for await line in peer.lines { ids.append(line["id"]) }
            #expect(ids == [1])
        }
        await bench.server.stop()
    }

    @Test func aRoleMayNotDoWhatIsAboveIt() async throws {
        let bench = try await TestBench(role: .agent)
        let client = try await bench.client()
        #expect(client.server.role == .agent)
        await #expect {
            _ = try await client.call(ReloadCommand())
        } throws: { error in
            (error as? ControlFailure)?.message == "reload needs the role admin, you have agent"
        }
        #expect(try await client.call(ListCallsCommand()).calls.isEmpty)
        await bench.server.stop()
    }

    @Test func aUserWithoutRoleIsToldSo() async throws {
        let bench = try await TestBench(role: nil)
        await #expect {
            _ = try await bench.client()
        } throws: { error in
            (error as? ControlSocketError)?.message.contains("has no role on this control socket") == true
        }
        await bench.server.stop()
    }

    @Test func oneConnectionTooManyIsTurnedAwayUntilAnotherCloses() async throws {
        let bench = try await TestBench(connectionsMax: 2)
        let first = try await bench.client()
        let second = try await bench.client()
        await #expect {
            _ = try await bench.client()
        } throws: { error in
            (error as? ControlSocketError)?.message == "control socket has no room for another connection"
        }
        first.close()
        var third: ControlClient?
        // The server learns of the end a moment after it happened.
        for _ in 0..<1_000 where third == nil { third = try? await bench.client() }
        #expect(third != nil)
        second.close()
        await bench.server.stop()
    }

    @Test func stoppingRemovesTheSocketAndEndsConnections() async throws {
        let bench = try await TestBench()
        let client = try await bench.client()
        await bench.server.stop()
        #expect(try UnixSocketPath(bench.folder.socket).state() == .absent)
        await #expect {
            _ = try await client.nextEvent()
        } throws: { error in
            (error as? ControlSocketError)?.code == .closed
        }
    }
}

struct ControlSocketFileTests {
    private func start(_ path: String) async throws -> ControlServer {
        try await ControlServer.start(
            ControlServer.Settings(path: path), on: MultiThreadedEventLoopGroup.singleton.next(), role: { _ in .admin },
            handler: { request, _ in ControlReply(id: request.id, result: Done()) })
    }

    private func code(_ path: String) async -> ControlSocketError.Code? {
        do {
            await (try start(path)).stop()
            return nil
        } catch {
            return (error as? ControlSocketError)?.code
        }
    }

    @Test func onlyOwnerAndGroupMayOpenIt() async throws {
        let folder = TestFolder()
        let server = try await start(folder.socket)
        var status = stat()
        #expect(lstat(folder.socket, &status) == 0)
        #expect(status.st_mode & 0o777 == 0o660)
        await server.stop()
    }

    @Test func aLiveDaemonIsNotReplaced() async throws {
        let bench = try await TestBench()
        #expect(await code(bench.folder.socket) == .inUse)
        // And it was not disturbed.
        #expect(try await bench.client().server.name == "pbxd")
        await bench.server.stop()
    }

    /// What a daemon leaves that was killed.
    private func makeDeadSocket(_ path: String) {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        withUnsafeBytes(of: &address) {
            _ = $0.withMemoryRebound(to: sockaddr.self) { bind(descriptor, $0.baseAddress, size) }
        }
        close(descriptor)
    }

    @Test func aDeadSocketIsReplaced() async throws {
        let folder = TestFolder()
        makeDeadSocket(folder.socket)
        #expect(try UnixSocketPath(folder.socket).state() == .dead)
        #expect(await code(folder.socket) == nil)
    }

    @Test func anythingElseIsLeftAlone() async throws {
        let folder = TestFolder()
        close(open(folder.socket, O_CREAT | O_WRONLY, 0o600))
        #expect(await code(folder.socket) == .badPath)
        #expect(try UnixSocketPath(folder.socket).state() == .other)
    }

    @Test func impossiblePathsAreExplained() async throws {
        #expect(await code("/tmp/" + String(repeating: "x", count: 120)) == .badPath)
        #expect(await code("/nonexistent/control.sock") == .badPath)
        #expect(await code("") == .badPath)
    }
}
