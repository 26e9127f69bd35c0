import CallControl
import ControlProtocol
import Logging
import PBXBase

extension ThreeWayCommand: HandledCommand {
    func reply(to peer: ControlPeer, by daemon: Daemon) async throws -> Reply {
        let id = try daemon.call(callId)
        try await daemon.exchange.operate(.threeWay(id))
        daemon.logger.info("three-way call by command of \(peer.name)", metadata: ["call": "\(id)"])
        return Done()
    }
}
