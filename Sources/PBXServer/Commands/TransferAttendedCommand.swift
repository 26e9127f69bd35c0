import CallControl
import ControlProtocol
import Logging
import PBXBase

extension TransferAttendedCommand: HandledCommand {
    func reply(to peer: ControlPeer, by daemon: Daemon) async throws -> Reply {
        let id = try daemon.call(callId)
        let second = try await daemon.exchange.consult(id, by: party, at: destination)
        daemon.logger.info(
            "waits while \(destination) is asked by command of \(peer.name)", metadata: ["call": "\(id)"])
        return Reply(callId: second.description)
    }
}
