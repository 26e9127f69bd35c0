import Logging
import PBXConfig
import Synchronization

/// How log lines look: for people on a terminal or in the journal, or one JSON object a line.
enum LogForm: String, Sendable, CaseIterable {
    case human, json
}

/// Level and format of the running daemon, which a reload or `pbxctl log-level` changes without a restart.
final class LogControl: Sendable {
    private let state: Mutex<(level: Logger.Level, format: LogForm)>

    init(level: Logger.Level, format: LogForm) { state = Mutex((level, format)) }

    var level: Logger.Level {
        get { state.withLock { $0.level } }
        set { state.withLock { $0.level = newValue } }
    }

    var format: LogForm {
        get { state.withLock { $0.format } }
        set { state.withLock { $0.format = newValue } }
    }

    /// Takes over what the configuration says.
    func apply(_ settings: LogSettings) {
        level = Logger.Level(rawValue: settings.level.rawValue) ?? .info
        format = settings.format == .json ? .json : .human
    }
}
