import ControlProtocol
import Logging
import PBXBase
import PBXCore
import PBXModel
import SIPGrammar
import SIPTransport

extension BeginSelfTestCommand: HandledCommand {
    func reply(to peer: ControlPeer, by daemon: Daemon) async throws -> Reply {
        let directory = await daemon.exchange.directory
        guard let listener = daemon.listeners.bestForSelfTest(directory.media) else {
            throw ControlFailure(
                .selfTestUnavailable, "no listener that a self-test could call through",
                hint: "name a UDP or TCP address in sip.listen and one of the same family in media.addresses")
        }
        guard let loan = await daemon.exchange.beginSelfTest() else {
            throw ControlFailure(
                .selfTestUnavailable, "too many self-tests run at the same time", hint: "try again in two minutes")
        }
        daemon.logger.info("self-test \(loan.id) begun by \(peer.name)")
        let endpoint = listener.reachableEndpoint
        return Reply(
            testId: loan.id, caller: .init(loan.caller), callee: .init(loan.callee),
            transport: listener.transport.uriName, address: endpoint.address.description, port: endpoint.port,
            mediaPorts: "\(directory.media.portLow)-\(directory.media.portHigh)", expiresAt: loan.expiresAt.rfc3339)
    }
}

extension BeginSelfTestCommand.Reply.Account {
    fileprivate init(_ account: SelfTestLoan.Account) {
        self.init(number: account.number, password: account.password)
    }
}

extension [SIPListener] {
    /// UDP before TCP, loopback and every-address before others, IPv4 before IPv6; only where calls can have audio.
    fileprivate func bestForSelfTest(_ media: MediaSettings) -> SIPListener? {
        func rank(_ listener: SIPListener) -> Int {
            let address = listener.reachableEndpoint.address
            return (listener.transport == .udp ? 0 : 4) + (address.isLoopback ? 0 : 2) + (address.isIPv6 ? 1 : 0)
        }
        return filter { listener in
            (listener.transport == .udp || listener.transport == .tcp)
                && (listener.endpoint.address.isIPv6 ? media.ipv6 : media.ipv4) != nil
        }.min { rank($0) < rank($1) }
    }
}

extension SIPListener {
    /// Where this machine reaches it.
    fileprivate var reachableEndpoint: Endpoint {
        guard endpoint.address.isUnspecified else { return endpoint }
        return Endpoint(endpoint.address.isIPv6 ? .ipv6Loopback : .ipv4Loopback, port: endpoint.port)
    }
}
