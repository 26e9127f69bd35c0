import CallControl
import ControlProtocol
import Logging
import PBXBase

extension SwapCommand: HandledCommand {
    func reply(to peer: ControlPeer, by daemon: Daemon) async throws -> Reply {
        let id = try daemon.call(callId)
        try await daemon.exchange.operate(.swap(id))
        daemon.logger.info("swapped by command of \(peer.name)", metadata: ["call": "\(id)"])
        return Done()
    }
}
