import CallControl
import ControlProtocol
import Logging
import PBXBase

extension SendDigitsCommand: HandledCommand {
    func reply(to peer: ControlPeer, by daemon: Daemon) async throws -> Reply {
        let id = try daemon.call(callId)
        try await daemon.exchange.operate(.sendDigits(id, digits, by: party))
        return Done()
    }
}
