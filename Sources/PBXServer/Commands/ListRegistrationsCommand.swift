import ControlProtocol
import PBXModel

extension ListRegistrationsCommand: HandledCommand {
    func reply(to peer: ControlPeer, by daemon: Daemon) async throws -> Reply {
        let all = await daemon.exchange.liveState.registrations
        return Reply(registrations: number.map { wanted in all.filter { $0.number == wanted } } ?? all)
    }
}
