import ControlProtocol
import PBXBase
import PBXModel
package import TerminalUI

/// The console as lines for linear mode: what is so now, each under a name that stays. Running times are left out, as
/// every second would be news; a call says since when instead.
package enum ConsoleLines {
    package static func items(_ state: ConsoleState) -> [LinearItem] {
        var items: [LinearItem] = [link(state)]
        let dialled = state.texts[.dialled].lowercased()
        for (index, place) in state.loops.places.enumerated() {
            guard let call = place.flatMap({ state.exchange.calls[$0] }) else { continue }
            let face = CallFace(call, state)
            let word = CallFace.word(of: call, isForUs: state.ownNumber.map { call.from != $0 } ?? false, state.texts)
            let isChosen = state.switchboard.loop == index ? " *" : ""
            let note = call.note.map { ", \(state.texts[.note]): \($0)" } ?? ""
            let who = (face.who == face.number ? face.who : "\(face.who), \(face.number)") + note
            items.append(
                LinearItem(
                    id: "loop\(index + 1)", text: "\(index + 1)\(isChosen): \(word): \(who), \(dialled) \(face.dialled)"
                ))
        }
        if !state.loops.waiting.isEmpty {
            items.append(LinearItem(id: "more", text: state.texts(.moreCalls, "\(state.loops.waiting.count)")))
        }
        items += parked(state) + ladder(state)
        if let notice = state.notice { items.append(LinearItem(id: "notice", text: notice.text)) }
        return items
    }

    /// What is said when an item is gone; nil for what needs no word.
    package static func farewell(_ item: LinearItem, _ state: ConsoleState) -> String? {
        if item.id.hasPrefix("park") { return state.texts(.slotFree, String(item.id.dropFirst("park".count))) }
        guard item.id.hasPrefix("loop") else { return nil }
        return state.texts(.goneCall, String(item.id.dropFirst("loop".count)))
    }

    /// The answer to a command that shows something: a screen's rows, numbered.
    package static func answer(_ state: ConsoleState) -> [String] {
        switch state.screen {
        case .switchboard:
            guard !state.switchboard.search.isEmpty else { return [] }
            let lamps = state.exchange.lamps
            let found = state.exchange.directory.matches(state.switchboard.search.text)
            return found.prefix(answerLinesMax).enumerated().map { index, entry in
                let lamp =
                    switch entry.kind {
                    case .extension: lamps[entry].word(state.texts)
                    case .ringGroup: state.texts[.group]
                    case .contact: state.texts[.outside]
                    }
                let place = entry.place.isEmpty ? "" : ", \(entry.place)"
                let presence = state.exchange.settings[entry.number].presence.map { ", \($0)" } ?? ""
                return "#\(index + 1) \(entry.number) \(entry.name)\(place): \(lamp)\(presence)"
            }
        case .calls:
            let calls = state.exchange.callsInOrder.map { call in
                "\(call.from) \(call.fromName) → \(call.to): \(CallFace.word(of: call, isForUs: false, state.texts))"
            }
            return calls.isEmpty ? [state.texts[.noCalls]] : calls
        case .history:
            let records = state.exchange.records.prefix(answerLinesMax).map {
                "\($0.startedAt) \($0.from) → \($0.to): \($0.causeText ?? "")"
            }
            return records.isEmpty ? [state.texts[.noRecords]] : Array(records)
        case .phones:
            let phones = state.exchange.registrationsInOrder.map { "\($0.number): \($0.userAgent), \($0.source)" }
            return phones.isEmpty ? [state.texts[.noPhones]] : phones
        case .log:
            return state.log.lines.suffix(answerLinesMax).map { "\(state.format.clock($0.at)) \($0.type) \($0.text)" }
        case .parked:
            let places = state.exchange.parkPlaces.map { place in
                place.call.map { parkedLine($0, at: place.slot, state) } ?? "\(place.slot): \(state.texts[.free])"
            }
            return places.isEmpty ? [state.texts[.noSlots]] : places
        // Its messages come as news, once they are here.
        case .ladder: return state.ladder.callID == nil ? [state.texts[.noLadder]] : []
        case .help: return [state.texts[.linearHelp], CommandLineReader.ownWords.joined(separator: " ")]
        }
    }

    private static func parked(_ state: ConsoleState) -> [LinearItem] {
        state.exchange.parkPlaces.compactMap { place in
            place.call.map { LinearItem(id: "park\(place.slot)", text: parkedLine($0, at: place.slot, state)) }
        }
    }

    private static func parkedLine(_ call: CallSnapshot, at slot: String, _ state: ConsoleState) -> String {
        let who = call.fromName.isEmpty ? call.from : call.fromName
        let since = call.parkedSince.flatMap { WallTime(rfc3339: $0) }.map { state.format.clock($0) } ?? ""
        return state.texts(.parkedLine, slot, who, call.handedOverBy ?? "", since)
    }

    /// The messages of the call that is looked at, each a line that stays.
    private static func ladder(_ state: ConsoleState) -> [LinearItem] {
        guard state.screen == .ladder, let report = state.ladder.report else { return [] }
        let ladder = CallLadder(report)
        let rows = ladder.rows.enumerated().suffix(answerLinesMax).map { index, row in
            let (from, to) = (ladder.columns[row.from].title, ladder.columns[row.to].title)
            return LinearItem(
                id: "message\(report.callId)-\(index)", text: "\(row.time) \(from) → \(to): \(row.text)")
        }
        let audio = LadderScreen.audioLines(report, state).enumerated().map { index, line in
            LinearItem(id: "audio\(index)", text: line)
        }
        return rows + audio
    }

    /// More lines than this nobody listens to.
    package static let answerLinesMax = 40

    private static func link(_ state: ConsoleState) -> LinearItem {
        let text =
            switch state.link {
            case .connecting: state.texts[.connecting]
            case .live:
                "\(state.texts[.live]): \(state.server.map { "\($0.name) \($0.version)" } ?? "")"
                    + ", \(state.ownNumber ?? state.texts[.wholeCompany])"
            case .lost(let since, let reason, _): state.texts(.lostSince, state.format.clock(since), reason)
            }
        return LinearItem(id: "link", text: text)
    }
}

// Linear mode.
extension Console {
    package static func entered(_ line: String) -> ConsoleEvent { .entered(line) }
    package static func greeting(_ state: ConsoleState) -> String { state.texts[.linearHelp] }
    package static func items(_ state: ConsoleState) -> [LinearItem] { ConsoleLines.items(state) }
    package static func farewell(_ item: LinearItem, _ state: ConsoleState) -> String? {
        ConsoleLines.farewell(item, state)
    }

    package static func answer(to line: String, _ state: ConsoleState) -> [String] {
        switch try? CommandLineReader.read(line) {
        case .screen, .find: ConsoleLines.answer(state)
        default: []
        }
    }

    package static func takeResult(_ state: inout ConsoleState) -> [String] {
        guard case .result(let title, let rows, _) = state.overlay else { return [] }
        state.overlay = nil
        return ["\(title):"] + rows
    }
}
