import TerminalUI

/// The phone book, searched by what is typed.
struct BookPageView {
    let state: PhoneScreenState

    func draw(in canvas: inout Canvas) {
        let parts = canvas.bounds.rows([.fixed(1), .atLeast(2)])
        canvas.inside(parts[0]) { DialRow(state: state).draw(in: &$0) }
        canvas.inside(parts[1]) { PeopleTable(state: state).draw(in: &$0) }
    }
}

/// What happened, latest first.
struct LogPageView {
    let state: PhoneScreenState

    func draw(in canvas: inout Canvas) {
        let lines = state.log.lines
        Table(
            columns: [
                Table.Column(state.texts[.time], .fixed(11)), Table.Column(state.texts[.event], .fixed(14)),
                Table.Column("", .share(1)),
            ], rowCount: lines.count, state: state.lists[.log] ?? ListState()
        ) { row in
            // Latest first, so that news is where the eye is.
            let line = lines[lines.count - 1 - row]
            return [StyledText(state.format.clock(line.at)), StyledText(line.type), StyledText(line.text)]
        }.draw(in: &canvas)
    }
}

/// Every key and every command, from the tables that make them work.
struct HelpPageView {
    let state: PhoneScreenState

    static func rowCount(_ state: PhoneScreenState) -> Int { rows(state).count }

    private static func rows(_ state: PhoneScreenState) -> [[StyledText]] {
        let texts = state.texts
        let sections: [(PhoneText, [PhonePlace])] = [
            (.helpCalls, [.lines, .everywhere]), (.helpTalking, [.talking]), (.helpPicking, [.picking]),
            (.helpIdle, [.idle]), (.helpDialling, [.dialling]), (.helpLists, [.history, .list]),
        ]
        var rows: [[StyledText]] = []
        for (title, places) in sections {
            rows.append([StyledText(""), StyledText(texts[title], .bold)])
            rows += keyRows(state.keys.rows(places))
        }
        rows.append([StyledText(""), StyledText(texts[.commandHelp], .bold)])
        for verb in HeadlessVerb.allCases {
            rows.append([StyledText(verb.usage, .bold), StyledText(verb.summary(in: texts.language))])
        }
        rows.append([StyledText(texts[.ownCommands], .bold), StyledText(texts[.ownCommandsHelp])])
        return rows
    }

    /// Six keys for six lines are one row.
    private static func keyRows(_ bindings: [PhoneKeymap.Binding]) -> [[StyledText]] {
        var merged: [PhoneKeymap.Binding] = []
        for binding in bindings {
            if let last = merged.indices.last, merged[last].help == binding.help {
                merged[last].keys += binding.keys
            } else {
                merged.append(binding)
            }
        }
        return merged.map { [StyledText(keys($0.keys), .bold), StyledText($0.help)] }
    }

    /// Twelve keys of a telephone need not be listed one by one.
    private static func keys(_ keys: [KeyEvent]) -> String {
        let names = keys.map { String(describing: $0) }
        guard names.count > 4, let first = names.first, let last = names.last else {
            return names.joined(separator: " ")
        }
        return "\(first) … \(last)"
    }

    func draw(in canvas: inout Canvas) {
        let rows = Self.rows(state)
        Table(
            columns: [Table.Column("", .fixed(min(26, canvas.size.width / 3))), Table.Column("", .share(1))],
            rowCount: rows.count, state: state.lists[.help] ?? ListState()
        ) { rows[$0] }.draw(in: &canvas)
    }
}
