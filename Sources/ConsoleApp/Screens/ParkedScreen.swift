import PBXBase
import PBXModel
import TerminalUI

/// The parking slots and who waits there.
struct ParkedScreen {
    let state: ConsoleState

    func draw(in canvas: inout Canvas) {
        let texts = state.texts
        let places = state.exchange.parkPlaces
        Table(
            columns: [
                Table.Column(texts[.slot], .fixed(9)), Table.Column(texts[.who], .share(2)),
                Table.Column(texts[.number], .share(1)), Table.Column(texts[.parkedBy], .share(1)),
                Table.Column(texts[.state], .share(1)), Table.Column(texts[.time], .fixed(8), alignment: .trailing),
            ], rowCount: places.count, state: state.lists[.parked] ?? ListState(), emptyText: texts[.noSlots]
        ) { row in
            let place = places[row]
            guard let face = ParkedFace(place, state) else {
                return [StyledText(place.slot), StyledText("○ \(texts[.free])", .dim)]
            }
            return [
                StyledText(place.slot, .bold), StyledText(face.who, .bold), StyledText(face.number),
                StyledText(face.parkedBy), face.state, StyledText(face.time),
            ]
        }.draw(in: &canvas)
    }
}

/// How a parked call looks: who waits, for how long, and who parked it.
struct ParkedFace {
    var who: String
    var number: String
    var parkedBy: String
    var state: StyledText
    var time: String

    init?(_ place: ParkPlace, _ console: ConsoleState) {
        guard let call = place.call else { return nil }
        let directory = console.exchange.directory
        number = call.from
        who = call.fromName.isEmpty ? directory.entry(call.from)?.name ?? call.from : call.fromName
        parkedBy = call.handedOverBy.map { by in directory.entry(by).map { "\(by) \($0.name)" } ?? by } ?? ""
        // It rings for somebody who fetches it, or again at who parked it.
        let ringing = call.legs.last { $0.role == .callee && $0.state != "ended" }
        state =
            ringing.map { StyledText("◐ \(console.texts(.isFetched, $0.number))", Style(.yellow)) }
            ?? StyledText("‖ \(console.texts[.onHold])", Style(.cyan, .bold))
        time =
            call.parkedSince.flatMap { WallTime(rfc3339: $0) }.map {
                console.format.duration(CallFace.moment(console) - $0)
            } ?? ""
    }
}

/// The taken parking slots in a strip below the directory: `701 Dora Dietrich 1:05 ← 102`.
struct ParkStrip {
    let state: ConsoleState

    /// More rows are taken from the directory by nobody.
    private static let rowsMax = 3
    private static let gap = 3

    private var chips: [[StyledText]] {
        state.exchange.parkPlaces.compactMap { place in
            guard let face = ParkedFace(place, state) else { return nil }
            let by = place.call?.handedOverBy.map { " ← \($0)" } ?? ""
            return [
                StyledText("‖ \(place.slot) ", Style(.cyan, .bold)), StyledText("\(face.who) ", .bold),
                StyledText("\(face.time)\(by)"),
            ]
        }
    }

    private var label: String {
        let key = state.keys.rows([.everywhere]).first { $0.action == .showParked }?.keys.first
        return state.texts[.parked] + (key.map { " (\($0))" } ?? "")
    }

    /// None where there is nothing to park at.
    func height(width: Int) -> Int {
        guard !state.exchange.parkPlaces.isEmpty else { return 0 }
        return min(Self.rowsMax, max(1, rows(width: width).count))
    }

    func draw(in canvas: inout Canvas) {
        guard canvas.size.height > 0 else { return }
        let start = canvas.text(label, x: 2, y: 0, style: .dim) + 2 + Self.gap
        let rows = rows(width: canvas.size.width)
        if rows.isEmpty { canvas.text(state.texts[.noParked], x: start, y: 0, style: .dim) }
        for (y, row) in rows.prefix(canvas.size.height).enumerated() {
            var x = start
            for chip in row {
                for part in chip { x += canvas.text(part.text, x: x, y: y, style: part.style) }
                x += Self.gap
            }
        }
        let hidden = rows.dropFirst(canvas.size.height).map(\.count).reduce(0, +)
        guard hidden > 0 else { return }
        let more = state.texts(.moreCalls, "\(hidden)")
        canvas.text(
            more, x: canvas.size.width - CharacterWidth.columns(of: more) - 1, y: canvas.size.height - 1,
            style: Style(.yellow, .bold))
    }

    /// The chips, as many in a row as fit.
    private func rows(width: Int) -> [[[StyledText]]] {
        let room = width - CharacterWidth.columns(of: label) - 2 - Self.gap
        var rows: [[[StyledText]]] = []
        var used = 0
        for chip in chips {
            let columns = chip.map { CharacterWidth.columns(of: $0.text) }.reduce(0, +) + Self.gap
            if rows.isEmpty || used + columns - Self.gap > room {
                rows.append([])
                used = 0
            }
            rows[rows.count - 1].append(chip)
            used += columns
        }
        return rows
    }
}
