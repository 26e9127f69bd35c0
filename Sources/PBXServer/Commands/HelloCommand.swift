import ControlProtocol

extension HelloCommand: HandledCommand {
    func reply(to peer: ControlPeer, by daemon: Daemon) async throws -> Reply {
        Reply(name: "pbxd", version: Daemon.version, peer: peer)
    }
}
