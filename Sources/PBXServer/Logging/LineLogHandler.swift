import Logging
import PBXBase

/// Writes each log event as one line on standard error with one system call: time, level, message and metadata.
///
/// Under systemd the journal adds the time and reads a priority, so the human form then starts with `<N>`
/// (sd-daemon(3)) and leaves the time out.
struct LineLogHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    private let label: String
    private let control: LogControl
    private let isUnderJournal: Bool

    init(label: String, control: LogControl, isUnderJournal: Bool) {
        self.label = label
        self.control = control
        self.isUnderJournal = isUnderJournal
    }

    var logLevel: Logger.Level {
        get { control.level }
        set { control.level = newValue }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = event.metadata.map { metadata.merging($0) { $1 } } ?? metadata
        let fields = all.map { (key: $0.key, value: $0.value.description) }.sorted { $0.key < $1.key }
        let line =
            control.format == .json
            ? jsonLine(event.level, event.message.description, fields)
            : humanLine(event.level, event.message.description, fields)
        StandardError.write(line)
    }

    private func humanLine(_ level: Logger.Level, _ message: String, _ fields: [(key: String, value: String)]) -> String
    {
        var line = isUnderJournal ? "<\(journalPriority(level))>" : "\(SystemClock().wall.rfc3339) "
        if !isUnderJournal { line += level.rawValue.padded(to: 8) }
        line += singleLine(message)
        for field in fields { line += " \(field.key)=\(singleLine(field.value))" }
        return line
    }

    private func jsonLine(_ level: Logger.Level, _ message: String, _ fields: [(key: String, value: String)]) -> String
    {
        var line = "{\"time\":\"\(SystemClock().wall.rfc3339)\",\"level\":\"\(level.rawValue)\",\"message\":"
        line += jsonString(message)
        for field in fields { line += ",\(jsonString(field.key)):\(jsonString(field.value))" }
        return line + "}"
    }

    private func journalPriority(_ level: Logger.Level) -> Int {
        switch level {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }
}

/// Text of the network must not forge lines or move the cursor.
private func singleLine(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 }) else { return text }
    var clean = ""
    for scalar in text.unicodeScalars {
        if scalar.value < 32 || scalar.value == 127 {
            clean += "\\u{\(String(scalar.value, radix: 16))}"
        } else {
            clean.unicodeScalars.append(scalar)
        }
    }
    return clean
}

private func jsonString(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": quoted += "\\\""
        case "\\": quoted += "\\\\"
        default:
            if scalar.value < 32 {
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            } else {
                quoted.unicodeScalars.append(scalar)
            }
        }
    }
    return quoted + "\""
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        count >= width ? self : self + String(repeating: " ", count: width - count)
    }
}
