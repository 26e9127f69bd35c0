import ControlProtocol
import PBXModel

extension ListExtensionsCommand: HandledCommand {
    func reply(to peer: ControlPeer, by daemon: Daemon) async throws -> Reply {
        Reply(extensions: await daemon.exchange.extensions)
    }
}
