import CallControl
import ControlProtocol
import Logging
import PBXBase

extension HoldCommand: HandledCommand {
    func reply(to peer: ControlPeer, by daemon: Daemon) async throws -> Reply {
        let id = try daemon.call(callId)
        try await daemon.exchange.operate(.hold(id, by: party))
        daemon.logger.info("put on hold by command of \(peer.name)", metadata: ["call": "\(id)"])
        return Done()
    }
}
