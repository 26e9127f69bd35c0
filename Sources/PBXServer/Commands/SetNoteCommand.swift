import ControlProtocol
import NIOCore
import PBXBase
import PBXModel
import Store

extension SetNoteCommand: HandledCommand {
    func reply(to peer: ControlPeer, by daemon: Daemon) async throws -> Reply {
        let id = try daemon.call(callId)
        if let text, !CallRecord.isFit(note: text) {
            throw ControlFailure(
                .badParameter, "a note is one line of at most \(CallRecord.noteBytesMax) bytes", hint: "shorten it")
        }
        if await daemon.exchange.snapshot(of: id) == nil, try daemon.store.call(id) == nil {
            throw ControlFailure.noSuchCall(callId)
        }
        try await daemon.exchange.note(text, of: id).get()
        return Reply(callId: id.description, note: text)
    }
}
