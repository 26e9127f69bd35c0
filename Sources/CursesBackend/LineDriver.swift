import Glibc

/// Runs a program without a screen: lines in, lines out, for screen readers, braille and pipes.
package struct LineDriver<Event: Sendable> {
    private let inbox: EventInbox<Event>
    private var partial: [UInt8] = []
    private var isOpen = true

    /// A longer line is no command.
    package static var lineBytesMax: Int { 4_096 }

    package init(inbox: EventInbox<Event>) { self.inbox = inbox }

    /// What happened, after waiting for it: lines that were entered, and events. nil at the end: of the input, or by a
    /// signal.
    package mutating func next(_ signals: SignalInbox) -> (lines: [String], events: [Event])? {
        while isOpen {
            var sources = [
                pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
                pollfd(fd: signals.descriptor, events: Int16(POLLIN), revents: 0),
                pollfd(fd: inbox.descriptor, events: Int16(POLLIN), revents: 0),
            ]
            guard poll(&sources, 3, -1) > 0 else { continue }
            if signals.takeAll().contains(where: { $0 != SIGWINCH && $0 != SIGCONT }) { return nil }
            let lines = sources[0].revents != 0 ? readLines() : []
            let events = inbox.takeAll()
            if !lines.isEmpty || !events.isEmpty { return (lines, events) }
        }
        return nil
    }

    /// Writes a line; false when nobody reads any more.
    package func write(_ line: String) -> Bool {
        let bytes = Array((line + "\n").utf8)
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if count > 0 { rest = rest.dropFirst(count) } else if errno != EINTR { return false }
        }
        return true
    }

    private mutating func readLines() -> [String] {
        guard let bytes = TerminalDevice.read() else {
            isOpen = false
            return []
        }
        partial += bytes
        var lines: [String] = []
        while let end = partial.firstIndex(of: UInt8(ascii: "\n")) {
            lines.append(String(decoding: partial[..<end], as: UTF8.self))
            partial.removeSubrange(...end)
        }
        if partial.count > Self.lineBytesMax { partial = [] }
        return lines
    }
}
