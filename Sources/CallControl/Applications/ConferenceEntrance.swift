import PBXBase
import PBXModel

/// Takes callers into a conference room.
struct ConferenceEntrance: CallApplication {
    let number: String

    var name: String { "conference \(number)" }

    func handle(_ input: ApplicationInput, now: Now, into actions: inout [CallAction]) {
        switch input {
        case .began: actions.append(.answer)
        case .answered: actions.append(.enter(number))
        case .digitReceived, .playbackEnded, .faxProgressed, .faxEnded, .settingsChanged: break
        }
    }
}
