import ControlProtocol
import PBXModel
import TerminalUI

// What is noted of calls.
extension Console {
    /// Notes something of the call that is chosen: in a loop, in the list of calls, or in the history.
    static func note(_ text: String?, _ state: inout ConsoleState) -> [ConsoleEffect] {
        let title = state.texts[.note]
        guard let id = notedCall(state) else {
            state.say(state.texts(.chooseCall, title), isError: true)
            return []
        }
        let command = SetNoteCommand(callId: id, text: text)
        return send(.setNote, command.parameters, title: title, showsResult: false, &state)
    }

    /// Opens the line for a note, with the one there is.
    static func beginNote(_ state: inout ConsoleState) {
        guard let id = notedCall(state) else {
            state.say(state.texts(.chooseCall, state.texts[.note]), isError: true)
            return
        }
        begin("note \(noteKnown(of: id, state) ?? "")", &state)
    }

    /// What is noted of the chosen call, for the line that has room for all of it.
    static func noteShown(_ state: ConsoleState) -> String? { notedCall(state).flatMap { noteKnown(of: $0, state) } }

    private static func noteKnown(of id: String, _ state: ConsoleState) -> String? {
        state.exchange.calls[id]?.note ?? state.exchange.records.first { $0.callId == id }?.note
    }

    private static func notedCall(_ state: ConsoleState) -> String? {
        switch state.screen {
        case .calls:
            let calls = state.exchange.callsInOrder
            return (state.lists[.calls] ?? ListState()).row(of: calls.count).map { calls[$0].callId }
        case .history:
            let records = state.exchange.records
            return (state.lists[.history] ?? ListState()).row(of: records.count).map { records[$0].callId }
        default: return state.chosenCall?.callId
        }
    }
}
