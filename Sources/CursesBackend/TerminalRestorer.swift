import CNcursesw
import Glibc

/// Gives the terminal back when the program crashes: a fatal signal must not leave a shell without echo on an
/// alternate screen. The state is saved once; the handler uses only what is allowed inside one (signal-safety(7)).
enum TerminalRestorer {
    private static let fatalSignals = [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP]
    /// What `stty sane` and `rmcup` would do for the terminals we know: show the cursor, plain look, no bracketed
    /// paste, leave the alternate screen, whole scroll region.
    private nonisolated(unsafe) static let farewell = strdup(
        "\u{1B}[?2004l\u{1B}[?25h\u{1B}[m\u{1B}[r\u{1B}[?1049l\r\n")
    private nonisolated(unsafe) static var saved = termios()
    private static let isReady: Bool = {
        // Curses has put the terminal into raw mode already: turn back what it changed.
        guard tcgetattr(STDIN_FILENO, &saved) == 0 else { return false }
        saved.c_lflag |= tcflag_t(ICANON | ECHO | ISIG | IEXTEN)
        saved.c_iflag |= tcflag_t(ICRNL | IXON | BRKINT)
        saved.c_oflag |= tcflag_t(OPOST | ONLCR)
        return true
    }()

    static func arm() {
        guard isReady else { return }
        for number in fatalSignals {
            signal(number) { number in
                tcsetattr(STDIN_FILENO, TCSANOW, &TerminalRestorer.saved)
                if let farewell = TerminalRestorer.farewell {
                    _ = Glibc.write(STDOUT_FILENO, farewell, strlen(farewell))
                }
                signal(number, SIG_DFL)
                raise(number)
            }
        }
    }

    static func disarm() {
        for number in fatalSignals { signal(number, SIG_DFL) }
    }
}
