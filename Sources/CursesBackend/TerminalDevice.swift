import CNcursesw
import Glibc
package import TerminalUI

/// The terminal below curses: its bytes and its size.
package enum TerminalDevice {
    /// Columns and rows as the kernel knows them; nil when it does not.
    package static func size() -> Size? {
        var window = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0, window.ws_row > 0 else {
            return nil
        }
        return Size(width: Int(window.ws_col), height: Int(window.ws_row))
    }

    /// What has been typed so far; nil when the terminal is gone.
    package static func read() -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 4_096)
        let count = Glibc.read(STDIN_FILENO, &buffer, buffer.count)
        if count < 0, errno == EAGAIN || errno == EINTR { return [] }
        return count > 0 ? Array(buffer[..<count]) : nil
    }

    static func write(_ text: String) {
        let bytes = Array(text.utf8)
        _ = Glibc.write(STDOUT_FILENO, bytes, bytes.count)
    }

    /// What the terminal's own description says that keys send, for the decoder. Curses must be open.
    package static func keySequences() -> [[UInt8]: KeyEvent] {
        var sequences: [[UInt8]: KeyEvent] = [:]
        for (name, event) in describedKeys {
            guard let text = pbx_curses_key(name) else { continue }
            let bytes = Array(String(cString: text).utf8)
            if bytes.count > 2, bytes[0] == 0x1B { sequences[Array(bytes.dropFirst())] = event }
        }
        return sequences
    }

    private static let describedKeys: [(String, KeyEvent)] =
        [
            ("kcuu1", KeyEvent(.up)), ("kcud1", KeyEvent(.down)), ("kcub1", KeyEvent(.left)),
            ("kcuf1", KeyEvent(.right)),
            ("khome", KeyEvent(.home)), ("kend", KeyEvent(.end)), ("kpp", KeyEvent(.pageUp)),
            ("knp", KeyEvent(.pageDown)),
            ("kich1", KeyEvent(.insert)), ("kdch1", KeyEvent(.delete)), ("kcbt", KeyEvent(.tab, .shift)),
        ] + (1...12).map { ("kf\($0)", KeyEvent(.function($0))) }
}
