import CallControl
import ControlProtocol
import Logging
import PBXBase

extension DeclineCommand: HandledCommand {
    func reply(to peer: ControlPeer, by daemon: Daemon) async throws -> Reply {
        let id = try daemon.call(callId)
        try await daemon.exchange.operate(.decline(id, at: party))
        daemon.logger.info("declined at \(party) by command of \(peer.name)", metadata: ["call": "\(id)"])
        return Done()
    }
}
