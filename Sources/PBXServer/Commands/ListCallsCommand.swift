import ControlProtocol

extension ListCallsCommand: HandledCommand {
    func reply(to peer: ControlPeer, by daemon: Daemon) async throws -> Reply {
        Reply(calls: await daemon.exchange.liveState.calls)
    }
}
