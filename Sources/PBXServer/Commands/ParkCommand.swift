import CallControl
import ControlProtocol
import Logging
import PBXBase

extension ParkCommand: HandledCommand {
    func reply(to peer: ControlPeer, by daemon: Daemon) async throws -> Reply {
        let id = try daemon.call(callId)
        let slot = try await daemon.exchange.park(id, by: party, slot: slot)
        daemon.logger.info("parked at \(slot) by command of \(peer.name)", metadata: ["call": "\(id)"])
        return Reply(slot: slot)
    }
}
