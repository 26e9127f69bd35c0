import ControlProtocol
import Logging

extension SetLogLevelCommand: HandledCommand {
    func reply(to peer: ControlPeer, by daemon: Daemon) async throws -> Reply {
        let previous = LogLevel(rawValue: daemon.logControl.level.rawValue) ?? .info
        if let wanted = Logger.Level(rawValue: level.rawValue) { daemon.logControl.level = wanted }
        daemon.logger.notice("log level set to \(level.rawValue) by \(peer.name)")
        return Reply(previous: previous, level: level)
    }
}
