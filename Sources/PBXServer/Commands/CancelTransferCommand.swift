import CallControl
import ControlProtocol
import Logging
import PBXBase

extension CancelTransferCommand: HandledCommand {
    func reply(to peer: ControlPeer, by daemon: Daemon) async throws -> Reply {
        let id = try daemon.call(callId)
        try await daemon.exchange.operate(.cancelTransfer(id))
        daemon.logger.info("consultation cancelled by command of \(peer.name)", metadata: ["call": "\(id)"])
        return Done()
    }
}
