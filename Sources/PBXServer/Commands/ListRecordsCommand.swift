import ControlProtocol
import Store

extension ListRecordsCommand: HandledCommand {
    func reply(to peer: ControlPeer, by daemon: Daemon) async throws -> Reply {
        Reply(records: try daemon.store.recentCalls(limit: limit, number: number).map(CallRecordReport.init))
    }
}
