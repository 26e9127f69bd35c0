import TerminalUI

/// The row with the field: what is typed and whom it means, or what digits do while nothing is typed.
struct DialRow {
    let state: PhoneScreenState

    func draw(in canvas: inout Canvas) {
        canvas.rule(y: 0)
        let more = state.places.waiting.isEmpty ? "" : state.texts(.moreCalls, "\(state.places.waiting.count)")
        let moreWidth = CharacterWidth.columns(of: more)
        canvas.inside(Rect(x: 2, y: 0, width: canvas.size.width - moreWidth - 6, height: 1)) { canvas in
            Prompt(
                " \(Self.label(state)) ", state.dial.prompt, suggestion: Self.hint(state),
                isActive: state.dial.isOpen
            ).draw(in: &canvas)
        }
        canvas.text(more, x: canvas.size.width - moreWidth - 1, y: 0, style: Style(.yellow, .bold))
    }

    static func label(_ state: PhoneScreenState) -> String {
        guard case .transfer(let line) = state.dial.purpose, let who = state.lines[line]?.summary.peer else {
            return state.texts[.dialLabel]
        }
        return state.texts(.transferLabel, state.name(of: who))
    }

    static func hint(_ state: PhoneScreenState) -> String {
        let texts = state.texts
        guard state.dial.isOpen else {
            if state.page == .book { return texts[.dialHint] + " " }
            if let line = state.talkingLine { return texts(.toneHint, state.name(of: line.summary.peer)) + " " }
            return texts[state.lines.isEmpty ? .dialHint : .pickHint] + " "
        }
        guard let target = PhoneScreen.target(state) else { return " " }
        let who = [target.number, target.name ?? ""].filter { !$0.isEmpty }.joined(separator: " ")
        return "  → \(who) "
    }
}

/// Those of the phone book whom the field means.
struct PeopleTable {
    let state: PhoneScreenState

    func draw(in canvas: inout Canvas) {
        let found = PhoneScreen.found(state)
        let isChoosing =
            state.dial.hasChosen
            || !state.dial.prompt.isEmpty && !DialledNumber.isNumber(state.dial.prompt.text.trimmingSpaces)
        Table(
            columns: [
                Table.Column(state.texts[.name], .share(2)), Table.Column(state.texts[.number], .share(1)),
                Table.Column(state.texts[.group], .share(1), widthMin: 60),
            ], rowCount: found.count, state: state.dial.people, isActive: isChoosing, emptyText: emptyText
        ) { row in
            [StyledText(found[row].name, .bold), StyledText(found[row].number), StyledText(found[row].group, .dim)]
        }.draw(in: &canvas)
    }

    private var emptyText: String {
        if state.book.entries.isEmpty { return state.texts[.emptyBook] }
        return state.dial.prompt.isEmpty ? "" : state.texts[.nobodyFound]
    }
}
