import ControlProtocol
import Logging
import PBXBase
import PBXModel
import SIPGrammar
import SIPTransport

extension PhoneAccountCommand: HandledCommand {
    func reply(to peer: ControlPeer, by daemon: Daemon) async throws -> Reply {
        guard let own = await daemon.ownExtension(of: peer) else { throw ControlFailure.noOwnExtension(of: peer) }
        let directory = await daemon.exchange.directory
        guard let listener = daemon.listeners.bestForLocalPhones(directory.media) else {
            throw ControlFailure(
                .noListener, "no listener that a phone on this machine could call through",
                hint: "name a UDP or TCP address in sip.listen and one of the same family in media.addresses")
        }
        daemon.logger.info("account of extension \(own.number) told to a phone of \(peer.name)")
        let endpoint = listener.reachableEndpoint
        return Reply(
            number: own.number, name: own.displayName, domain: directory.realm,
            transport: listener.transport.uriName, address: endpoint.address.description, port: endpoint.port,
            srtp: own.encryption.rawValue, realm: directory.realm, digestMD5: own.secret.md5,
            digestSHA256: own.secret.sha256)
    }
}
