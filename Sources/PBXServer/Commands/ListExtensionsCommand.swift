import ControlProtocol
import PBXModel

extension ListExtensionsCommand: HandledCommand {
    func reply(to peer: ControlPeer, by daemon: Daemon) async throws -> Reply {
        let slots = await daemon.exchange.directory.parking.slots
        return Reply(extensions: await daemon.exchange.extensions, parkingSlots: slots)
    }
}
