import PBXBase

/// Lets callers hear themselves, and thereby how the way here and back is.
struct EchoTest: CallApplication {
    let name = "echo test"

    func handle(_ input: ApplicationInput, now: Now, into actions: inout [CallAction]) {
        switch input {
        case .began: actions.append(.answer)
        case .answered: actions.append(.echo)
        case .digitReceived, .playbackEnded, .faxProgressed, .faxEnded, .settingsChanged: break
        }
    }
}
