import ControlProtocol
import Logging
import PBXBase

extension HangUpCommand: HandledCommand {
    func reply(to peer: ControlPeer, by daemon: Daemon) async throws -> Done {
        guard let id = CallID(callId), await daemon.exchange.hangUp(id) else { throw ControlFailure.noSuchCall(callId) }
        daemon.logger.info("call ended by command of \(peer.name)", metadata: ["call": "\(id)"])
        return Done()
    }
}
