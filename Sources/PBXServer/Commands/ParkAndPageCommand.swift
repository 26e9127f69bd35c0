import CallControl
import ControlProtocol
import Logging
import PBXBase

extension ParkAndPageCommand: HandledCommand {
    func reply(to peer: ControlPeer, by daemon: Daemon) async throws -> Reply {
        let id = try daemon.call(callId)
        let done = try await daemon.exchange.parkAndPage(id, by: party, page: destination, slot: slot)
        daemon.logger.info("parked at \(done.slot) by command of \(peer.name)", metadata: ["call": "\(id)"])
        return Reply(slot: done.slot, callId: done.page.description)
    }
}
