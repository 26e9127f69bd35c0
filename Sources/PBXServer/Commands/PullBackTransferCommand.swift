import CallControl
import ControlProtocol
import Logging
import PBXBase

extension PullBackTransferCommand: HandledCommand {
    func reply(to peer: ControlPeer, by daemon: Daemon) async throws -> Reply {
        let id = try daemon.call(callId)
        try await daemon.exchange.operate(.pullBack(id))
        daemon.logger.info("transfer taken back by command of \(peer.name)", metadata: ["call": "\(id)"])
        return Done()
    }
}
