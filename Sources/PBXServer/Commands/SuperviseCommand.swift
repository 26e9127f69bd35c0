import CallControl
import ControlProtocol
import Logging
import PBXBase
import PBXModel

extension SuperviseCommand: HandledCommand {
    func reply(to peer: ControlPeer, by daemon: Daemon) async throws -> Reply {
        let id = try daemon.call(callId)
        guard let mode = SupervisionMode(rawValue: mode) else { throw ControlFailure.badMode(mode) }
        let own = try await daemon.exchange.supervise(id, from: extensionNumber, mode, beside: beside)
        daemon.logger.info(
            "\(mode.rawValue) by \(extensionNumber) by command of \(peer.name)", metadata: ["call": "\(id)"])
        return Reply(callId: own.description)
    }
}
