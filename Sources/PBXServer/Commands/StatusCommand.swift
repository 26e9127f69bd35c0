import ControlProtocol

extension StatusCommand: HandledCommand {
    func reply(to peer: ControlPeer, by daemon: Daemon) async throws -> StatusReport { await daemon.status() }
}
