import CallControl
import ControlProtocol
import Logging
import PBXBase
import PBXModel

extension ChangeSupervisionCommand: HandledCommand {
    func reply(to peer: ControlPeer, by daemon: Daemon) async throws -> Reply {
        let id = try daemon.call(callId)
        guard let mode = SupervisionMode(rawValue: mode) else { throw ControlFailure.badMode(mode) }
        try await daemon.exchange.operate(.changeSupervision(id, to: mode, beside: beside))
        daemon.logger.info("changed to \(mode.rawValue) by command of \(peer.name)", metadata: ["call": "\(id)"])
        return Done()
    }
}
