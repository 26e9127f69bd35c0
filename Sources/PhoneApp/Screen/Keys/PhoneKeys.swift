package import TerminalUI

/// Where keys mean something, innermost first when asked. Their names are those of tables in `keys.toml`, which the
/// console's places share.
package enum PhonePlace: String, Hashable, Sendable, CaseIterable {
    case everywhere = "phone.everywhere"
    /// Nothing is typed, and there is no call.
    case idle = "phone.idle"
    /// There are calls, and none of them talks.
    case picking = "phone.picking"
    /// A call talks: digits go to its peer.
    case talking = "phone.talking"
    /// The page with the lines, whatever digits mean.
    case lines = "phone.lines"
    /// A number or a name is being typed.
    case dialling = "phone.dialling"
    /// Whom a call is to be transferred to is being typed.
    case transferring = "phone.transferring"
    case history = "phone.history"
    case list = "phone.list"
    case leaving = "phone.leaving"
    /// The line to connect with is to be named.
    case partner = "phone.partner"
    case command = "phone.command"
}

/// What keys do. Their names are those of `keys.toml`.
package enum PhoneAction: String, Hashable, Sendable, CaseIterable {
    case line1, line2, line3, line4, line5, line6
    case answer, call, dial, digit, tone
    case hangUp, decline, hold, transfer, connect, conference, redial
    case mute, louder, quieter
    case up, down, pageUp, pageDown, first, last, back
    case nextPage, previousPage, showPhone, showHistory, showBook, showLog
    case command, help, redraw, quit
    case yes, run, complete

    /// The place of a line that it picks, from 0.
    var place: Int? {
        switch self {
        case .line1: 0
        case .line2: 1
        case .line3: 2
        case .line4: 3
        case .line5: 4
        case .line6: 5
        default: nil
        }
    }

    fileprivate static let lines: [PhoneAction] = [.line1, .line2, .line3, .line4, .line5, .line6]
}

package typealias PhoneKeymap = Keymap<PhonePlace, PhoneAction>

/// The phone's one key table.
enum PhoneKeys {
    private typealias Row = KeyBinding<PhonePlace, PhoneAction>

    static func map(_ texts: TextTable<PhoneText>) throws(KeymapError) -> PhoneKeymap {
        try Keymap(digits(texts) + phone(texts) + calls(texts) + lists(texts) + overlays(texts) + everywhere(texts))
    }

    /// What digits mean where nothing is typed: one meaning in each place, said by the first row of the footer.
    private static func digits(_ texts: TextTable<PhoneText>) -> [Row] {
        let digits = (0...9).map { "\($0)" }
        let tones = [
            Row(.talking, digits + ["*", "#"], .tone, label: texts[.toneKeys], help: texts[.toneHelp])
        ]
        return [Row(.idle, digits + ["*", "#", "+"], .digit, label: texts[.digitKeys], help: texts[.digitHelp])] + tones
            + lineRows(.picking, texts) { ["\($0)"] }
    }

    private static func lineRows(
        _ place: PhonePlace, _ texts: TextTable<PhoneText>, keys: (Int) -> [String]
    ) -> [Row] {
        PhoneAction.lines.enumerated().map { index, action in
            let label = index == 0 && place != .everywhere ? texts[.lineKeys] : ""
            return Row(place, keys(index + 1), action, label: label, help: texts[.lineHelp])
        }
    }

    private static func phone(_ texts: TextTable<PhoneText>) -> [Row] {
        [
            Row(.lines, ["Enter"], .answer, label: texts[.answer], help: texts[.answerHelp]),
            Row(.lines, ["/"], .dial, label: texts[.dial], help: texts[.dialHelp]),
            Row(.lines, ["Up"], .up, help: texts[.lineUp]),
            Row(.lines, ["Down"], .down, help: texts[.lineDown]),
            Row(.lines, ["Esc"], .back, help: texts[.back]),
            Row(.dialling, ["Enter"], .call, label: texts[.call], help: texts[.callHelp]),
            Row(.dialling, ["Esc"], .back, label: texts[.backLabel], help: texts[.back]),
            Row(.dialling, ["Up"], .up, help: texts[.up]),
            Row(.dialling, ["Down"], .down, help: texts[.down]),
            Row(.dialling, ["PgUp"], .pageUp, help: texts[.pageUp]),
            Row(.dialling, ["PgDn"], .pageDown, help: texts[.pageDown]),
            Row(.transferring, ["Enter"], .call, label: texts[.transfer], help: texts[.transferHelp]),
        ]
    }

    /// Calls can be steered from every page. In the order of the footer, which ends where the row does.
    private static func calls(_ texts: TextTable<PhoneText>) -> [Row] {
        [
            Row(.everywhere, ["Ctrl-X"], .hangUp, label: texts[.hangUp], help: texts[.hangUpHelp]),
            Row(.everywhere, ["Ctrl-D"], .decline, label: texts[.decline], help: texts[.declineHelp]),
            Row(.everywhere, ["F7"], .hold, label: texts[.hold], help: texts[.holdHelp]),
            Row(.everywhere, ["F9", "Ctrl-T"], .transfer, label: texts[.transfer], help: texts[.transferHelp]),
            Row(.everywhere, ["F10", "Ctrl-O"], .connect, label: texts[.connect], help: texts[.connectHelp]),
            Row(.everywhere, ["?", "F12"], .help, label: texts[.help], help: texts[.helpHere]),
            Row(.everywhere, ["Ctrl-G"], .conference, label: texts[.conference], help: texts[.conferenceHelp]),
            Row(.everywhere, ["F8"], .mute, label: texts[.mute], help: texts[.muteHelp]),
            Row(.everywhere, ["Ctrl-R"], .redial, label: texts[.redial], help: texts[.redialHelp]),
            Row(.everywhere, ["+"], .louder, label: texts[.volumeKeys], help: texts[.louderHelp]),
            Row(.everywhere, ["-"], .quieter, help: texts[.quieterHelp]),
        ] + lineRows(.everywhere, texts) { ["F\($0)"] }
    }

    private static func lists(_ texts: TextTable<PhoneText>) -> [Row] {
        [
            Row(.history, ["Enter"], .call, label: texts[.callBack], help: texts[.callBackHelp]),
            Row(.list, ["Up", "k"], .up, help: texts[.up]),
            Row(.list, ["Down", "j"], .down, help: texts[.down]),
            Row(.list, ["PgUp", "Ctrl-B"], .pageUp, help: texts[.pageUp]),
            Row(.list, ["PgDn", "Ctrl-F"], .pageDown, help: texts[.pageDown]),
            Row(.list, ["Home", "g"], .first, help: texts[.first]),
            Row(.list, ["End", "G"], .last, help: texts[.last]),
            Row(.list, ["Right", "l"], .nextPage, help: texts[.nextPage]),
            Row(.list, ["Left", "h"], .previousPage, help: texts[.previousPage]),
            Row(.list, ["Esc", "q"], .back, label: texts[.phone], help: texts[.back]),
        ]
    }

    private static func overlays(_ texts: TextTable<PhoneText>) -> [Row] {
        [
            Row(.leaving, ["y", "j"], .yes, help: texts[.quitHelp]),
            Row(.leaving, ["Esc", "n", "q"], .back, label: texts[.backLabel], help: texts[.back]),
            Row(.partner, ["Esc"], .back, label: texts[.backLabel], help: texts[.back]),
            Row(.command, ["Enter"], .run, help: texts[.commandHelp]),
            Row(.command, ["Tab"], .complete, help: texts[.commandHelp]),
            Row(.command, ["Up"], .up, help: texts[.up]),
            Row(.command, ["Down"], .down, help: texts[.down]),
            Row(.command, ["Esc", "Ctrl-C"], .back, help: texts[.back]),
        ] + lineRows(.partner, texts) { ["\($0)", "F\($0)"] }
    }

    private static func everywhere(_ texts: TextTable<PhoneText>) -> [Row] {
        [
            Row(.everywhere, ["Tab"], .nextPage, label: texts[.pages], help: texts[.nextPage]),
            Row(.everywhere, ["Shift-Tab"], .previousPage, help: texts[.previousPage]),
            Row(.everywhere, ["Alt-1"], .showPhone, help: texts[.phone]),
            Row(.everywhere, ["Alt-2"], .showHistory, help: texts[.history]),
            Row(.everywhere, ["Alt-3"], .showBook, help: texts[.book]),
            Row(.everywhere, ["Alt-4"], .showLog, help: texts[.log]),
            Row(.everywhere, [":"], .command, label: "…", help: texts[.commandHelp]),
            Row(.everywhere, ["Ctrl-L"], .redraw, help: texts[.redraw]),
            Row(.everywhere, ["Ctrl-C", "Ctrl-Q"], .quit, label: texts[.quit], help: texts[.quitHelp]),
        ]
    }
}
