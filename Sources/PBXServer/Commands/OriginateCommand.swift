import CallControl
import ControlProtocol
import Logging
import PBXBase
import PBXModel

extension OriginateCommand: HandledCommand {
    func reply(to peer: ControlPeer, by daemon: Daemon) async throws -> Reply {
        switch await daemon.exchange.originate(from: from, to: to) {
        case .begun(let id):
            daemon.logger.info("call placed for \(from) by command of \(peer.name)", metadata: ["call": "\(id)"])
            return Reply(callId: id.description)
        case .refused(.notFound): throw ControlFailure.noSuchExtension(from)
        case .refused(.notRegistered):
            throw ControlFailure(
                ControlFailure.Code(ReleaseCause.notRegistered), "extension \(from) has no phone registered",
                hint: "register a phone as \(from), then try again")
        case .refused(let cause):
            throw ControlFailure(ControlFailure.Code(cause), "call for \(from) refused: \(cause.row.phrase)")
        }
    }
}
