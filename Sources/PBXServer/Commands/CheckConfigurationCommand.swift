import ControlProtocol

extension CheckConfigurationCommand: HandledCommand {
    func reply(to peer: ControlPeer, by daemon: Daemon) async throws -> ConfigurationReport {
        await daemon.checkConfiguration()
    }
}
