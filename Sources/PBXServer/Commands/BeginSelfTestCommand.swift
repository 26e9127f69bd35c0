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
        guard let listener = daemon.listeners.bestForLocalPhones(directory.media) else {
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
