import ControlProtocol
import PBXBase
import Store

extension ShowCallCommand: HandledCommand {
    func reply(to peer: ControlPeer, by daemon: Daemon) async throws -> Reply {
        guard let id = CallID(callId) else { throw ControlFailure.noSuchCall(callId) }
        let live = await daemon.exchange.snapshot(of: id)
        let record = try daemon.store.call(id)
        guard live != nil || record != nil else { throw ControlFailure.noSuchCall(callId) }
        return Reply(call: live, record: record.map(CallRecordReport.init))
    }
}
