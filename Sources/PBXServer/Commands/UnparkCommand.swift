import CallControl
import ControlProtocol
import Logging
import PBXBase

extension UnparkCommand: HandledCommand {
    func reply(to peer: ControlPeer, by daemon: Daemon) async throws -> Reply {
        let id = try await daemon.exchange.fetch(.parked(slot), for: taker)
        daemon.logger.info("fetched from \(slot) by command of \(peer.name)", metadata: ["call": "\(id)"])
        return Reply(callId: id.description)
    }
}
