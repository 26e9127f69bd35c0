import ControlProtocol
import PBXModel

extension SetPresenceCommand: HandledCommand {
    func reply(to peer: ControlPeer, by daemon: Daemon) async throws -> Reply {
        try await daemon.change(.presence(text), of: number, for: peer)
    }
}
