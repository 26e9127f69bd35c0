import ControlProtocol
import PBXModel

extension SearchDirectoryCommand: HandledCommand {
    func reply(to peer: ControlPeer, by daemon: Daemon) async throws -> Reply {
        let found = await daemon.directoryIndex().matches(query ?? "")
        return Reply(entries: Array(found.prefix(limit)), count: found.count)
    }
}
