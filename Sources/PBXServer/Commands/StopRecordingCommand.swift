import CallControl
import ControlProtocol
import Logging
import PBXBase

extension StopRecordingCommand: HandledCommand {
    func reply(to peer: ControlPeer, by daemon: Daemon) async throws -> Reply {
        let id = try daemon.call(callId)
        try await daemon.exchange.operate(.stopRecording(id))
        daemon.logger.info("recording ended by command of \(peer.name)", metadata: ["call": "\(id)"])
        return Done()
    }
}
