import PBXBase
import PBXModel
import TerminalUI

/// Registered phones.
struct PhonesScreen {
    let state: ConsoleState

    func draw(in canvas: inout Canvas) {
        let texts = state.texts
        let phones = state.exchange.registrationsInOrder
        Table(
            columns: [
                Table.Column(texts[.number], .fixed(8)), Table.Column(texts[.name], .share(1)),
                Table.Column(texts[.phone], .share(1)), Table.Column(texts[.address], .share(1)),
                Table.Column(texts[.expires], .fixed(11), alignment: .trailing),
            ], rowCount: phones.count, state: state.lists[.phones] ?? ListState(), emptyText: texts[.noPhones]
        ) { row in
            let phone = phones[row]
            return [
                StyledText(phone.number), StyledText(state.exchange.directory.entry(phone.number)?.name ?? ""),
                StyledText(phone.userAgent), StyledText("\(phone.transport) \(phone.source)"),
                StyledText(WallTime(rfc3339: phone.expiresAt).map { state.format.clock($0) } ?? phone.expiresAt),
            ]
        }.draw(in: &canvas)
    }
}
