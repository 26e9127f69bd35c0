import CNcursesw
import Glibc
package import TerminalUI

/// A real terminal by way of ncurses: output, colours, size. Keys are read as bytes, see `TerminalDevice`.
///
/// To be used by the main thread only, and once at a time: curses has one terminal per process.
package final class CursesTerminal: Terminal {
    private let screen: OpaquePointer
    private let hasColours: Bool
    private let isUTF8: Bool
    private let notifies: Bool
    /// Numbers of colour pairs by look; curses makes them on demand.
    private var pairs: [ColourPair: Int16] = [:]
    private var nextPair: Int16 = 1
    private var isOpen = true
    package private(set) var size: Size

    private struct ColourPair: Hashable {
        var foreground: Colour
        var background: Colour
    }

    /// Takes over the terminal on standard input and output. `wantsColours`: false for `NO_COLOR`. `notifies`: whether
    /// alerts are also sent as desktop notifications (OSC 9 and OSC 777), which some terminals print as text.
    package init(wantsColours: Bool = true, notifies: Bool = false) throws(CursesError) {
        let codeset =
            setlocale(LC_CTYPE, "").flatMap { _ in nl_langinfo(Int32(CODESET)) }.map { String(cString: $0) } ?? ""
        isUTF8 = codeset == "UTF-8"
        self.notifies = notifies
        // Curses would wait inside its own reading of keys, which is not used.
        guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 else {
            throw CursesError(
                message: "standard input and output are no terminal", hint: "use --linear for pipes and screen readers")
        }
        guard let screen = pbx_curses_open() else {
            let name = getenv("TERM").map { String(cString: $0) } ?? ""
            throw CursesError(
                message: "terminal \"\(name)\" cannot be used", hint: "set TERM to what it is, or use --linear")
        }
        self.screen = screen
        raw()
        noecho()
        nonl()
        leaveok(pbx_curses_screen(), false)
        hasColours = wantsColours && pbx_curses_has_colours()
        if hasColours {
            start_color()
            use_default_colors()
        }
        size = TerminalDevice.size() ?? Size(width: 80, height: 24)
        resizeterm(Int32(size.height), Int32(size.width))
        pbx_curses_refresh()
        TerminalRestorer.arm()
        TerminalDevice.write("\u{1B}[?2004h")
    }

    deinit { close() }

    /// Gives the terminal back as it was; nothing when that was done already.
    package func close() {
        guard isOpen else { return }
        isOpen = false
        TerminalDevice.write("\u{1B}[?2004l")
        curs_set(1)
        endwin()
        TerminalRestorer.disarm()
        delscreen(screen)
    }

    /// The window has another size, as the kernel tells it: `SIGWINCH` arrived.
    package func resized() {
        size = TerminalDevice.size() ?? size
        resizeterm(Int32(size.height), Int32(size.width))
        pbx_curses_forget()
    }

    package func present(_ frame: Frame) {
        for run in frame.changes {
            let attributes = attributes(of: run.style)
            let pair = pair(of: run.style)
            var x = run.x
            for character in run.characters {
                let columns = CharacterWidth.columns(of: character)
                put(character, columns: columns, x: x, y: run.y, attributes: attributes, pair: pair)
                x += columns
            }
        }
        if let cursor = frame.cursor {
            pbx_curses_move(Int32(cursor.y), Int32(cursor.x))
            curs_set(1)
        } else {
            curs_set(0)
        }
        pbx_curses_refresh()
    }

    package func alert(_ text: String) {
        TerminalDevice.write("\u{7}")
        guard notifies else { return }
        let plain = String(
            String.UnicodeScalarView(text.unicodeScalars.filter { $0.properties.generalCategory != .control }))
        TerminalDevice.write("\u{1B}]9;\(plain)\u{7}\u{1B}]777;notify;PBX-X;\(plain)\u{7}")
    }

    private func put(_ character: Character, columns: Int, x: Int, y: Int, attributes: UInt32, pair: Int16) {
        guard isUTF8 else {
            for (offset, byte) in PlainCharacters.replacement(for: character, columns: columns).unicodeScalars
                .enumerated()
            {
                add([wchar_t(byte.value)], x: x + offset, y: y, attributes: attributes, pair: pair)
            }
            return
        }
        let scalars = CursesText.scalars(of: character)
        // What curses takes for narrower than we do gets a blank beside it, so that the row keeps its columns.
        let known = max(1, Int(scalars.first.map { pbx_curses_columns($0.value) } ?? 1))
        for offset in stride(from: known, to: columns, by: 1) {
            add([0x20], x: x + offset, y: y, attributes: attributes, pair: pair)
        }
        add(scalars.map { wchar_t($0.value) }, x: x, y: y, attributes: attributes, pair: pair)
    }

    private func add(_ text: [wchar_t], x: Int, y: Int, attributes: UInt32, pair: Int16) {
        pbx_curses_put(Int32(y), Int32(x), text + [0], attributes, pair)
    }

    private func attributes(of style: Style) -> UInt32 {
        var attributes: UInt32 = 0
        if style.attributes.contains(.bold) { attributes |= pbx_curses_bold() }
        if style.attributes.contains(.dim) { attributes |= pbx_curses_dim() }
        if style.attributes.contains(.underline) { attributes |= pbx_curses_underline() }
        if style.attributes.contains(.reverse) { attributes |= pbx_curses_reverse() }
        return attributes
    }

    private func pair(of style: Style) -> Int16 {
        guard hasColours, style.foreground != .standard || style.background != .standard else { return 0 }
        let look = ColourPair(foreground: style.foreground, background: style.background)
        if let known = pairs[look] { return known }
        let number = nextPair
        guard init_pair(number, Self.number(of: look.foreground), Self.number(of: look.background)) == OK else {
            return 0
        }
        pairs[look] = number
        nextPair += 1
        return number
    }

    /// Curses counts the eight colours from black = 0, and calls the terminal's own −1.
    private static func number(of colour: Colour) -> Int16 { Int16(colour.rawValue) - 1 }
}
