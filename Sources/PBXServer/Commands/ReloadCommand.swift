import ControlProtocol

extension ReloadCommand: HandledCommand {
    func reply(to peer: ControlPeer, by daemon: Daemon) async throws -> ConfigurationReport {
        let report = await daemon.reload(askedBy: peer.name)
        guard report.isValid else {
            throw ControlFailure(
                .configurationInvalid, "configuration not reloaded, the running one stays in force",
                hint: "correct what is listed and reload again", details: report.errors)
        }
        return report
    }
}
