import CallControl
import ControlProtocol
import Logging
import PBXBase

extension StartRecordingCommand: HandledCommand {
    func reply(to peer: ControlPeer, by daemon: Daemon) async throws -> Reply {
        let id = try daemon.call(callId)
        let file = try await daemon.exchange.startRecording(id)
        daemon.logger.info("recorded to \(file) by command of \(peer.name)", metadata: ["call": "\(id)"])
        return Reply(file: file)
    }
}
