import ControlProtocol

extension SubscribeCommand: HandledCommand {
    func reply(to peer: ControlPeer, by daemon: Daemon) async throws -> Reply {
        let state = await daemon.exchange.liveState
        return Reply(
            seq: state.lastEvent, topics: Topic.allCases.filter(topics.contains),
            calls: topics.contains(.calls) ? state.calls : nil,
            registrations: topics.contains(.registrations) ? state.registrations : nil,
            settings: topics.contains(.settings) ? state.settings : nil,
            status: topics.contains(.system) ? await daemon.status() : nil)
    }
}
