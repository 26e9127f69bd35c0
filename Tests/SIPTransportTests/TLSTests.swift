import Glibc
import PBXBase
import SIPGrammar
import SIPTransport
import SystemTestKit
import Testing

/// Streams under TLS: real sockets, real certificates.
@Suite(.timeLimit(.minutes(1)))
struct TLSTests {
    private let authority: CertificateAuthority

    init() throws { authority = try CertificateAuthority() }

    private func server(_ names: String, days: Int = 30) async throws -> (Station, Endpoint) {
        let issued = try authority.issue(names, days: days)
        let identity = SIPTLS.Identity(certificateFile: issued.certificate, keyFile: issued.key)
        let station = Station(tls: try SIPTLS(identity: identity))
        return (station, try await station.listen(.tls, .ipv4Loopback))
    }

    private func client(_ server: Endpoint, name: String?, trusts file: String? = nil) throws -> Station {
        var limits = SIPTransportLimits()
        limits.connectTimeMax = .seconds(2)
        var tls = try SIPTLS(authorityFile: file ?? authority.file)
        tls.serverNames[server] = name
        return Station(limits: limits, tls: tls)
    }

    private func flow(to server: Endpoint, port: UInt16 = 0) -> Flow {
        Flow(transport: .tls, local: Endpoint(.ipv4Loopback, port: port), remote: server)
    }

    @Test("messages go both ways over one connection, and come as TLS", arguments: ["pbx.example", nil, "127.0.0.1"])
    func exchange(name: String?) async throws {
        let (pbx, server) = try await server("DNS:pbx.example,IP:127.0.0.1")
        let phone = try client(server, name: name)
        try await phone.send([message(1), message(2)], on: flow(to: server))
        let first = try #require(await pbx.recorder.nextMessage())
        #expect(first.0 == message(1) && first.1.transport == .tls)
        #expect(await pbx.recorder.nextMessage()?.0 == message(2))
        try await pbx.send([message(3, bodyBytes: 50_000)], on: first.1)
        let answer = try #require(await phone.recorder.nextMessage())
        #expect(answer.0 == message(3, bodyBytes: 50_000) && answer.1.transport == .tls)
    }

    @Test("it leaves from the port that it names, and from another one where that is taken")
    func ownPort() async throws {
        let (pbx, server) = try await server("IP:127.0.0.1")
        let phone = try client(server, name: nil)
        let taken = try await phone.listen(.tcp, .ipv4Loopback)
        try await phone.send([message(1)], on: flow(to: server, port: taken.port))
        let first = try #require(await pbx.recorder.nextMessage()).1
        #expect(first.remote.port != taken.port)
        let other = try client(server, name: nil)
        let free = try LoopbackPorts.take()
        try await other.send([message(2)], on: flow(to: server, port: free))
        #expect(await pbx.recorder.nextMessage()?.1.remote.port == free)
    }

    @Test(
        "what is wrong with a certificate is said in words",
        arguments: [
            ("DNS:other.example", 30, true, "another name"), ("DNS:pbx.example", -1, true, "expired"),
            ("DNS:pbx.example", 30, false, "does not trust"),
        ])
    func certificates(names: String, days: Int, isTrusted: Bool, words: String) async throws {
        let (pbx, server) = try await server(names, days: days)
        let stranger = try CertificateAuthority()
        let phone = try client(server, name: "pbx.example", trusts: isTrusted ? nil : stranger.file)
        try await phone.send([message(1)], on: flow(to: server))
        var reasons: [String] = []
        while reasons.count < 2, let told = await phone.recorder.next() {
            if case .closed(_, let reason) = told { reasons.append(reason) }
            if case .failed(_, let reason) = told { reasons.append(reason) }
        }
        #expect(reasons.allSatisfy { $0.contains(words) }, "\(reasons)")
        withExtendedLifetime(pbx) {}
    }

    @Test("a server without TLS is told apart")
    func plainServer() async throws {
        let pbx = Station()
        let server = try await pbx.listen(.tcp, .ipv4Loopback)
        let phone = try client(server, name: nil)
        try await phone.send([message(1)], on: flow(to: server))
        guard case .closed(_, let reason)? = await phone.recorder.next() else {
            Issue.record("the connection was not closed")
            return
        }
        #expect(reason.contains("TLS"), "\(reason)")
    }

    @Test("who begins no handshake is closed in time")
    func silence() async throws {
        var limits = SIPTransportLimits()
        limits.connectTimeMax = .milliseconds(100)
        let issued = try authority.issue("IP:127.0.0.1")
        let identity = SIPTLS.Identity(certificateFile: issued.certificate, keyFile: issued.key)
        let pbx = Station(limits: limits, tls: try SIPTLS(identity: identity))
        let peer = try #require(RawPeer(connectingTo: try await pbx.listen(.tls, .ipv4Loopback)))
        guard case .closed(_, let reason)? = await pbx.recorder.next() else {
            Issue.record("the connection was not closed")
            return
        }
        #expect(reason == "TLS handshake takes too long")
        #expect(peer.read()?.isEmpty ?? true)
    }

    @Test("without a certificate nobody can connect to us")
    func noIdentity() async throws {
        let pbx = Station(tls: try SIPTLS())
        await #expect(throws: SIPTransportError.self) { try await pbx.listen(.tls, .ipv4Loopback) }
        #expect(throws: SIPTLSError.self) { try SIPTLS(authorityFile: "/dev/null") }
    }
}
