import ControlProtocol
import PBXModel
import TerminalUI

extension Console {
    /// Shows the messages of the call that is meant where the user is: the chosen one, or the row under the cursor.
    static func openLadder(_ state: inout ConsoleState) -> [ConsoleEffect] {
        let call = callInHand(state)
        if state.screen != .ladder {
            state.ladder.origin = state.screen
            state.screen = .ladder
        }
        if let call, call != state.ladder.callID {
            state.ladder = LadderState(callID: call, origin: state.ladder.origin)
            state.lists[.ladder] = ListState()
        }
        guard let shown = state.ladder.callID else { return [] }
        guard state.link.isLive else {
            state.say(state.texts[.notConnected], isError: true)
            return []
        }
        return [.trace(shown)]
    }

    private static func callInHand(_ state: ConsoleState) -> String? {
        switch state.screen {
        case .calls: return selectedCall(state)?.callId
        case .history:
            let records = state.exchange.records
            return (state.lists[.history] ?? ListState()).row(of: records.count).map { records[$0].callId }
        case .parked:
            let places = state.exchange.parkPlaces
            let row = (state.lists[.parked] ?? ListState()).row(of: places.count)
            return row.flatMap { places[$0].call?.callId } ?? state.chosenCall?.callId
        case .ladder: return nil
        case .switchboard, .phones, .log, .help: return state.chosenCall?.callId
        }
    }

    /// The answer; late ones of a call that is not looked at any more mean nothing.
    static func traced(
        _ call: String, _ result: Result<WireTraceReport, ControlFailure>, _ state: inout ConsoleState
    ) {
        guard call == state.ladder.callID else { return }
        switch result {
        case .success(let report):
            state.ladder.report = report
            state.ladder.failure = nil
        case .failure(let failure) where failure.code == .unknownCommand:
            state.ladder.failure = state.texts(.notAvailable, state.texts[.ladder])
        case .failure(let failure):
            state.ladder.failure = failure.message + (failure.hint.map { " (\($0))" } ?? "")
        }
    }

    /// What happens to the call that is looked at is looked up at once.
    static func ladderNews(_ event: ConsoleEvent, _ state: ConsoleState) -> [ConsoleEffect] {
        guard state.screen == .ladder, let shown = state.ladder.callID else { return [] }
        switch event {
        case .callChanged(let call, _) where call.callId == shown: return [.trace(shown)]
        case .callEnded(let record) where record.callId == shown: return [.trace(shown)]
        default: return []
        }
    }

    static func showMessage(_ state: inout ConsoleState) {
        guard let report = state.ladder.report,
            let row = (state.lists[.ladder] ?? ListState()).row(of: report.messages.count)
        else { return }
        let message = report.messages[row]
        let way =
            message.isReceived ? "\(message.remote) → \(message.local)" : "\(message.local) → \(message.remote)"
        let columns = max(Self.messageColumnsMin, state.size.width - Self.popupColumns)
        let lines = message.text.split(omittingEmptySubsequences: false) { $0.isNewline }.flatMap {
            wrapped(String($0), columns: columns)
        }
        state.overlay = .result(title: "\(message.transport) \(way)", lines: lines, scroll: 0)
    }

    /// What a popup's frame and margin take of a row.
    private static let popupColumns = 8
    private static let messageColumnsMin = 20

    /// A line in as many as it needs; continued ones are set in.
    private static func wrapped(_ line: String, columns: Int) -> [String] {
        var lines: [String] = []
        var rest = line[...]
        repeat {
            let indent = lines.isEmpty ? "" : "    "
            let part = rest.prefix(columns - indent.count)
            lines.append(indent + part)
            rest = rest.dropFirst(part.count)
        } while !rest.isEmpty
        return lines
    }
}
