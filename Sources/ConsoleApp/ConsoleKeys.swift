package import TerminalUI

/// Where keys mean something, innermost first when asked.
package enum KeyPlace: String, Hashable, Sendable, CaseIterable {
    case everywhere, switchboard, calls, history, parked, ladder, list, confirmation, result, command
}

/// What keys do. Their names are those of `keys.toml`.
package enum KeyAction: String, Hashable, Sendable, CaseIterable {
    case loop1, loop2, loop3, loop4, loop5, loop6
    case dial, hold, park, transfer, threeWay, pageAndPark, mailbox, hangUp, pullBack, pickUp, answer, decline
    case doNotDisturb, forward, note
    case fetch, parkHere, showMessage
    case up, down, pageUp, pageDown, first, last, back
    case nextScreen, previousScreen, showSwitchboard, showCalls, showHistory, showPhones, showLog
    case showParked, showLadder
    case command, help, refresh, redraw, quit
    case yes, run, complete
}

package typealias ConsoleKeymap = Keymap<KeyPlace, KeyAction>

/// The console's one key table.
enum ConsoleKeys {
    private typealias Row = KeyBinding<KeyPlace, KeyAction>

    static func map(_ texts: TextTable<ConsoleText>) throws(KeymapError) -> ConsoleKeymap {
        try Keymap(switchboard(texts) + lists(texts) + overlays(texts) + everywhere(texts))
    }

    private static func switchboard(_ texts: TextTable<ConsoleText>) -> [Row] {
        let loops: [KeyAction] = [.loop1, .loop2, .loop3, .loop4, .loop5, .loop6]
        // No key is shown for what cannot be asked of any server.
        let mailbox =
            CallOperation.mailbox.isOffered ? [Row(.switchboard, ["Ctrl-V"], .mailbox, help: texts[.mailbox])] : []
        let picks = loops.enumerated().map { index, action in
            Row(.switchboard, ["F\(index + 1)", "\(index + 1)"], action, help: texts[.pickLoop])
        }
        return picks + [
            Row(.switchboard, ["Enter"], .dial, label: texts[.dial], help: texts[.dialHelp]),
            Row(.switchboard, ["F7"], .hold, label: texts[.hold], help: texts[.holdHelp]),
            Row(.switchboard, ["F8"], .park, label: texts[.park], help: texts[.parkHelp]),
            Row(.switchboard, ["F9", "Ctrl-T"], .transfer, label: texts[.transfer], help: texts[.transferHelp]),
            Row(.switchboard, ["Ctrl-X"], .hangUp, label: texts[.hangUp], help: texts[.hangUpHelp]),
            Row(.switchboard, ["Ctrl-R"], .decline, help: texts[.declineHelp]),
            Row(.switchboard, ["Ctrl-E"], .threeWay, help: texts[.threeWayHelp]),
            Row(.switchboard, ["Ctrl-G"], .pageAndPark, help: texts[.pageAndParkHelp]),
            Row(.switchboard, ["Ctrl-Z"], .pullBack, help: texts[.pullBackHelp]),
            Row(.switchboard, ["Ctrl-P"], .pickUp, help: texts[.pickUpHelp]),
            Row(.switchboard, ["Ctrl-N"], .note, help: texts[.noteHelp]),
            Row(.switchboard, ["Ctrl-D"], .doNotDisturb, help: texts[.doNotDisturbHelp]),
            Row(.switchboard, ["Ctrl-F"], .forward, help: texts[.forwardHelp]),
            Row(.switchboard, ["Esc"], .back, help: texts[.back]),
            Row(.switchboard, ["Up"], .up, help: texts[.up]),
            Row(.switchboard, ["Down"], .down, help: texts[.down]),
            Row(.switchboard, ["PgUp"], .pageUp, help: texts[.pageUp]),
            Row(.switchboard, ["PgDn"], .pageDown, help: texts[.pageDown]),
        ] + mailbox
    }

    private static func lists(_ texts: TextTable<ConsoleText>) -> [Row] {
        [
            Row(.calls, ["x", "Del"], .hangUp, label: texts[.hangUp], help: texts[.hangUp]),
            Row(.calls, ["Enter"], .showLadder, label: texts[.ladder], help: texts[.showLadderHelp]),
            Row(.history, ["Enter"], .showLadder, label: texts[.ladder], help: texts[.showLadderHelp]),
            Row(.parked, ["Enter"], .fetch, label: texts[.fetch], help: texts[.fetchHelp]),
            Row(.parked, ["p"], .parkHere, label: texts[.parkHere], help: texts[.parkHereHelp]),
            Row(.ladder, ["Enter"], .showMessage, label: texts[.message], help: texts[.showMessageHelp]),
            Row(.ladder, ["Esc", "q"], .back, label: texts[.goBack], help: texts[.back]),
            Row(.list, ["Up", "k"], .up, help: texts[.up]),
            Row(.list, ["Down", "j"], .down, help: texts[.down]),
            Row(.list, ["PgUp", "Ctrl-B"], .pageUp, help: texts[.pageUp]),
            Row(.list, ["PgDn", "Ctrl-F"], .pageDown, help: texts[.pageDown]),
            Row(.list, ["Home", "g"], .first, help: texts[.first]),
            Row(.list, ["End", "G"], .last, help: texts[.last]),
            Row(.list, ["Right", "l"], .nextScreen, help: texts[.nextScreen]),
            Row(.list, ["Left", "h"], .previousScreen, help: texts[.previousScreen]),
            Row(.list, ["n"], .note, help: texts[.noteHelp]),
            Row(.list, ["r", "F5"], .refresh, label: texts[.refresh], help: texts[.refreshHelp]),
            Row(.list, ["Esc", "q"], .back, label: texts[.switchboard], help: texts[.back]),
        ]
    }

    private static func overlays(_ texts: TextTable<ConsoleText>) -> [Row] {
        [
            Row(.confirmation, ["y", "j"], .yes, help: texts[.hangUp]),
            Row(.confirmation, ["Esc", "n", "q"], .back, help: texts[.back]),
            Row(.result, ["Esc", "q", "Enter"], .back, label: texts[.close], help: texts[.close]),
            Row(.result, ["Up", "k"], .up, help: texts[.up]),
            Row(.result, ["Down", "j"], .down, help: texts[.down]),
            Row(.command, ["Enter"], .run, help: texts[.command]),
            Row(.command, ["Tab"], .complete, help: texts[.command]),
            Row(.command, ["Up"], .up, help: texts[.up]),
            Row(.command, ["Down"], .down, help: texts[.down]),
            Row(.command, ["Esc", "Ctrl-C"], .back, help: texts[.back]),
        ]
    }

    private static func everywhere(_ texts: TextTable<ConsoleText>) -> [Row] {
        [
            Row(.everywhere, ["?", "F12"], .help, label: texts[.help], help: texts[.helpHere]),
            Row(.everywhere, ["Tab"], .nextScreen, label: texts[.screens], help: texts[.nextScreen]),
            Row(.everywhere, ["Shift-Tab"], .previousScreen, help: texts[.previousScreen]),
            Row(.everywhere, ["Alt-1"], .showSwitchboard, help: texts[.switchboard]),
            Row(.everywhere, ["Alt-2"], .showCalls, help: texts[.calls]),
            Row(.everywhere, ["Alt-3"], .showHistory, help: texts[.history]),
            Row(.everywhere, ["Alt-4"], .showPhones, help: texts[.phones]),
            Row(.everywhere, ["Alt-5"], .showLog, help: texts[.log]),
            Row(.everywhere, ["Alt-6"], .showParked, help: texts[.parked]),
            Row(.everywhere, ["Alt-7"], .showLadder, help: texts[.showLadderHelp]),
            Row(.everywhere, [":"], .command, label: "…", help: texts[.command]),
            Row(.everywhere, ["Ctrl-L"], .redraw, help: texts[.redraw]),
            Row(.everywhere, ["Ctrl-C", "Ctrl-Q"], .quit, label: texts[.quit], help: texts[.quitHelp]),
        ]
    }
}
