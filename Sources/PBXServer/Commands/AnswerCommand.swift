import CallControl
import ControlProtocol
import Logging
import PBXBase

extension AnswerCommand: HandledCommand {
    func reply(to peer: ControlPeer, by daemon: Daemon) async throws -> Reply {
        let id = try daemon.call(callId)
        try await daemon.exchange.operate(.answer(id, at: party))
        daemon.logger.info("answered at \(party) by command of \(peer.name)", metadata: ["call": "\(id)"])
        return Done()
    }
}
