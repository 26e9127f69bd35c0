import ControlProtocol
import PBXModel

extension SetDoNotDisturbCommand: HandledCommand {
    func reply(to peer: ControlPeer, by daemon: Daemon) async throws -> Reply {
        try await daemon.change(.doNotDisturb(isOn), of: number, for: peer)
    }
}
