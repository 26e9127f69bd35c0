import ControlProtocol
import PBXBase
import PBXCore
import Store

extension TraceCommand: HandledCommand {
    func reply(to peer: ControlPeer, by daemon: Daemon) async throws -> WireTraceReport {
        guard let id = CallID(callId) else { throw ControlFailure.noSuchCall(callId) }
        let reading = await daemon.exchange.trace(of: id)
        let record = try daemon.store.call(id)
        guard reading.call != nil || record != nil else { throw ControlFailure.noSuchCall(callId) }
        // Here, not on the core loop, which calls wait for.
        return reading.report(record)
    }
}
