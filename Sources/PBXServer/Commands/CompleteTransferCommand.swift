import CallControl
import ControlProtocol
import Logging
import PBXBase

extension CompleteTransferCommand: HandledCommand {
    func reply(to peer: ControlPeer, by daemon: Daemon) async throws -> Reply {
        let id = try daemon.call(callId)
        let second: CallID? = if let with { try daemon.call(with) } else { nil }
        try await daemon.exchange.operate(.completeTransfer(id, with: second, by: party))
        daemon.logger.info("joined with another call by command of \(peer.name)", metadata: ["call": "\(id)"])
        return Done()
    }
}
