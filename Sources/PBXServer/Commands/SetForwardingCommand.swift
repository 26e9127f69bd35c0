import ControlProtocol
import PBXModel

extension SetForwardingCommand: HandledCommand {
    func reply(to peer: ControlPeer, by daemon: Daemon) async throws -> Reply {
        try await daemon.change(.forwarding(to: target), of: number, for: peer)
    }
}
