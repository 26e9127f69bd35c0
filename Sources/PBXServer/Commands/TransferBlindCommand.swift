import CallControl
import ControlProtocol
import Logging
import PBXBase

extension TransferBlindCommand: HandledCommand {
    func reply(to peer: ControlPeer, by daemon: Daemon) async throws -> Reply {
        let id = try daemon.call(callId)
        try await daemon.exchange.operate(.transferBlind(id, by: party, to: destination))
        daemon.logger.info("transferred to \(destination) by command of \(peer.name)", metadata: ["call": "\(id)"])
        return Done()
    }
}
