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
        StandardError.write(line(event.level, event.message.description, fields))
    }

    /// The line of an event, without its line feed; `fields` are in the order of their keys.
    func line(_ level: Logger.Level, _ message: String, _ fields: [(key: String, value: String)]) -> String {
        control.format == .json ? jsonLine(level, message, fields) : humanLine(level, message, fields)
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
    guard text.unicodeScalars.contains(where: isControl) else { return text }
    var clean = ""
    for scalar in text.unicodeScalars {
        if isControl(scalar) {
            clean += "\\u{\(String(scalar.value, radix: 16))}"
        } else {
            clean.unicodeScalars.append(scalar)
        }
    }
    return clean
}

/// C0 and C1 controls (0x9B begins a terminal's commands as ESC [ does), and the separators that break lines.
private func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F...0x9F, 0x2028, 0x2029: true
    default: false
    }
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
