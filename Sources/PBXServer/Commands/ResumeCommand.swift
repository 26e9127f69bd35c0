import CallControl
import ControlProtocol
import Logging
import PBXBase

extension ResumeCommand: HandledCommand {
    func reply(to peer: ControlPeer, by daemon: Daemon) async throws -> Reply {
        let id = try daemon.call(callId)
        try await daemon.exchange.operate(.resume(id, by: party))
        daemon.logger.info("hold ended by command of \(peer.name)", metadata: ["call": "\(id)"])
        return Done()
    }
}
