import PBXBase
import TerminalUI

/// The phone itself: lines above, what is dialled in the middle, and below it whom that may mean, or how accounts and
/// sound are and who called last.
struct PhonePageView {
    let state: PhoneScreenState

    /// Accounts that are shown here at most; more of them are rare.
    private static let accountsMax = 4

    func draw(in canvas: inout Canvas) {
        let parts = canvas.bounds.rows([.fixed(PhoneScreenState.placesCount + 1), .fixed(1), .atLeast(2)])
        canvas.inside(parts[0], drawLines)
        canvas.inside(parts[1]) { DialRow(state: state).draw(in: &$0) }
        canvas.inside(parts[2]) { canvas in
            if state.dial.isOpen { PeopleTable(state: state).draw(in: &canvas) } else { drawRest(in: &canvas) }
        }
    }

    // MARK: Lines

    private func drawLines(in canvas: inout Canvas) {
        let texts = state.texts
        Table(
            columns: [
                Table.Column("", .fixed(3)), Table.Column(texts[.who], .share(1)),
                Table.Column(texts[.number], .fixed(14), widthMin: 60), Table.Column(texts[.state], .fixed(15)),
                Table.Column(texts[.time], .fixed(7), alignment: .trailing),
                Table.Column(texts[.sound], .fixed(17), widthMin: 76),
            ], rowCount: PhoneScreenState.placesCount, state: nil
        ) { lineRow($0) }.draw(in: &canvas)
        guard let current = state.currentLine, let place = state.place(of: current.summary.line) else { return }
        canvas.restyle(Rect(x: 0, y: place, width: canvas.size.width, height: 1)) { $0.adding(.reverse) }
        canvas.text("▶", x: 1, y: place, style: Style(.standard, [.bold, .reverse]))
    }

    private func lineRow(_ row: Int) -> [StyledText] {
        let number = StyledText("\(row + 1)", .bold)
        guard let line = state.places.places[row].flatMap({ state.lines[$0] }) else {
            return [number, StyledText("–", .dim)]
        }
        let face = LineFace(line, state)
        return [
            number, StyledText(face.who, .bold), StyledText(face.number), face.state, StyledText(face.time),
            StyledText(face.sound),
        ]
    }

    // MARK: Below

    private func drawRest(in canvas: inout Canvas) {
        let isWide = canvas.size.width >= PhoneScreen.wideColumns
        let columns = isWide ? canvas.bounds.columns([.share(1), .share(1)], gap: 3) : [canvas.bounds]
        let accounts = min(Self.accountsMax, max(1, state.accounts.count)) + 1
        canvas.inside(columns[0]) { canvas in
            let parts = canvas.bounds.rows([.fixed(accounts), .fixed(1), .fixed(2), .fixed(1), .atLeast(0)])
            canvas.inside(parts[0], drawAccounts)
            canvas.inside(parts[2]) { SoundView(state: state).draw(in: &$0) }
            if !isWide { canvas.inside(parts[4], drawLatest) }
        }
        if isWide { canvas.inside(columns[1], drawLatest) }
    }

    private func drawAccounts(in canvas: inout Canvas) {
        let texts = state.texts
        Table(
            columns: [
                Table.Column("", .fixed(1)), Table.Column(texts[.account], .share(1)),
                Table.Column(texts[.state], .share(1)), Table.Column(texts[.messages], .fixed(14)),
            ], rowCount: state.accounts.count, state: nil, emptyText: texts[.noAccount]
        ) { row in
            let account = state.accounts[row]
            let mark = state.accounts.count > 1 && row == state.account ? "▶" : ""
            let messages = account.messages.map { texts(.messagesCount, "\($0.new)", "\($0.old)") } ?? ""
            return [
                StyledText(mark, .bold), StyledText(account.name), account.styled(texts),
                StyledText(messages, account.messages.map { $0.new > 0 } ?? false ? .bold : .plain),
            ]
        }.draw(in: &canvas)
    }

    private func drawLatest(in canvas: inout Canvas) {
        let history = state.history
        HistoryTable(state: state, list: nil, rowsMax: max(0, min(history.entries.count, canvas.size.height - 1)))
            .draw(in: &canvas)
    }
}

extension PhoneAccountState {
    /// A sign and a word, each enough by itself.
    func styled(_ texts: TextTable<PhoneText>) -> StyledText {
        switch registration {
        case .off: StyledText("· \(texts[.registrationOff])", .dim)
        case .registering: StyledText("◐ \(texts[.registering])", Style(.yellow))
        case .registered: StyledText("● \(texts[.registered])", Style(.green))
        case .lost(_, let reason, _): StyledText("✗ \(texts[.notRegistered]): \(reason)", Style(.red, .bold))
        }
    }
}
