import PBXBase
import SIPGrammar
import SIPTransport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ListenerTests {
    @Test func `all listeners open or none`() async throws {
        let other = Station()
        let taken = try await other.listen(.tcp, .ipv4Loopback)
        let pbx = Station()
        let free = Endpoint(.ipv4Loopback, port: 0)
        await #expect(throws: SIPTransportError.self) {
            _ = try await pbx.transports.listen([
                SIPListener(.udp, free), SIPListener(.tcp, free), SIPListener(.tcp, taken),
            ])
        }
        // The port of a listener that was opened and given back is free again.
        let first = try await pbx.listen(.udp, .ipv4Loopback)
        await pbx.transports.close()
        #expect(try await other.transports.listen([SIPListener(.udp, first)])[0].endpoint == first)
    }

    @Test func `replacing keeps what stays, opens what is new and closes what is gone`() async throws {
        let pbx = Station()
        let staying = SIPListener(.udp, Endpoint(.ipv4Loopback, port: 0))
        let going = SIPListener(.tcp, Endpoint(.ipv4Loopback, port: 0))
        let coming = SIPListener(.tcp, Endpoint(.ipv6Loopback, port: 0))
        let before = try await pbx.transports.listen([staying, going])
        let after = try await pbx.transports.replaceListeners([staying, coming])
        #expect(after[0] == before[0])
        #expect(RawPeer(connectingTo: before[1].endpoint) == nil)
        #expect(RawPeer(connectingTo: after[1].endpoint) != nil)
    }

    @Test func `a replacement that fails changes nothing`() async throws {
        let other = Station()
        let taken = try await other.listen(.tcp, .ipv4Loopback)
        let pbx = Station()
        let listener = SIPListener(.tcp, Endpoint(.ipv4Loopback, port: 0))
        let bound = try await pbx.transports.listen([listener])[0].endpoint
        await #expect(throws: SIPTransportError(.addressInUse, attempt: "listen on tcp \(taken)")) {
            _ = try await pbx.transports.replaceListeners([SIPListener(.tcp, taken)])
        }
        #expect(RawPeer(connectingTo: bound) != nil)
    }

    @Test func `a connection outlives its listener`() async throws {
        let pbx = Station()
        let server = try await pbx.listen(.tcp, .ipv4Loopback)
        let peer = try #require(RawPeer(connectingTo: server))
        peer.write(message(1))
        let flow = try #require(await pbx.recorder.nextMessage()).1
        _ = try await pbx.transports.replaceListeners([])
        peer.write(message(2))
        #expect(await pbx.recorder.nextMessage()?.1 == flow)
    }

    @Test(arguments: [SIPTransportKind.tls, .ws, .wss])
    func `a transport that is not there is an error, to listen and to send`(kind: SIPTransportKind) async throws {
        let pbx = Station()
        let endpoint = Endpoint(.ipv4Loopback, port: 5_061)
        await #expect(throws: SIPTransportError.self) {
            _ = try await pbx.transports.listen([SIPListener(kind, endpoint)])
        }
        let flow = Flow(transport: kind, local: endpoint, remote: endpoint)
        try await pbx.send([message(1)], on: flow)
        #expect(await pbx.recorder.next() == .failed(flow, "no \(kind.uriName) transport"))
    }

    @Test(arguments: [
        (
            SIPTransportError.Code.addressInUse,
            "listen on udp 127.0.0.1:5060 failed: another program uses that port (stop it, or choose another port)"
        ),
        (.system(errno: 97), "listen on udp 127.0.0.1:5060 failed: address family not supported by protocol"),
    ])
    func `errors tell the attempt, the finding and the way out`(code: SIPTransportError.Code, text: String) {
        #expect(SIPTransportError(code, attempt: "listen on udp 127.0.0.1:5060").description == text)
    }
}
