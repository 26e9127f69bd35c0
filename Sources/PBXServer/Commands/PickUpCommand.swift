import CallControl
import ControlProtocol
import Logging
import PBXBase

extension PickUpCommand: HandledCommand {
    func reply(to peer: ControlPeer, by daemon: Daemon) async throws -> Reply {
        let wanted = try callId.map { try daemon.call($0) }
        let id = try await daemon.exchange.fetch(.ringing(wanted), for: taker)
        daemon.logger.info("picked up for \(taker) by command of \(peer.name)", metadata: ["call": "\(id)"])
        return Reply(callId: id.description)
    }
}
