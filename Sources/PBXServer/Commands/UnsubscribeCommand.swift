import ControlProtocol

extension UnsubscribeCommand: HandledCommand {
    // The socket forgets the subscription by itself when this succeeds.
    func reply(to peer: ControlPeer, by daemon: Daemon) async throws -> Done { Done() }
}
