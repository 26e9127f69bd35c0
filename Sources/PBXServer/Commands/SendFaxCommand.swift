import CallControl
import ControlProtocol
import Glibc
import Logging
import PBXBase
import PBXModel

extension SendFaxCommand: HandledCommand {
    func reply(to peer: ControlPeer, by daemon: Daemon) async throws -> Reply {
        guard let box = await daemon.exchange.directory.faxBoxes[from] else {
            throw ControlFailure(
                .noSuchFaxBox, "no fax box \"\(from)\"", hint: "write [fax-boxes.\(from)] into the configuration")
        }
        try Self.check(file)
        switch await daemon.exchange.sendFax(file, from: box, to: to) {
        case .begun(let id):
            daemon.logger.info(
                "fax \(file) of \(from) to \(to) placed by command of \(peer.name)", metadata: ["call": "\(id)"])
            return Reply(callId: id.description)
        case .refused(.notFound): throw ControlFailure.noSuchExtension(to)
        case .refused(.notRegistered):
            throw ControlFailure(
                ControlFailure.Code(ReleaseCause.notRegistered), "extension \(to) has no phone registered",
                hint: "switch the fax machine on, then try again")
        case .refused(let cause):
            throw ControlFailure(ControlFailure.Code(cause), "fax to \(to) refused: \(cause.row.phrase)")
        }
    }

    /// Nobody is to be called for a file that cannot be sent.
    private static func check(_ path: String) throws(ControlFailure) {
        guard path.hasPrefix("/") else {
            throw ControlFailure(.fileUnusable, "\(path) is no absolute path", hint: "begin it with /")
        }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw ControlFailure(
                .fileUnusable, "\(path) cannot be read by the daemon: \(String(cString: strerror(errno)))",
                hint: "copy it to where the daemon may read, such as its state directory")
        }
        defer { close(descriptor) }
        var start: [UInt8] = [0, 0, 0, 0]
        let count = read(descriptor, &start, start.count)
        // TIFF 6.0 §2: the order of bytes, then 42 in it.
        guard count == start.count, start == [0x49, 0x49, 42, 0] || start == [0x4D, 0x4D, 0, 42] else {
            throw ControlFailure(
                .fileUnusable, "\(path) is no TIFF file",
                hint: "make one: gs -q -dNOPAUSE -dBATCH -sDEVICE=tiffg4 -r204x196 -sPAPERSIZE=a4 -o fax.tif FILE.pdf")
        }
    }
}
