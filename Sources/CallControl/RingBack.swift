import MediaControl
import PBXModel

// The ringing tone for a caller who is connected before anybody was called: its phone cannot know that it rings there.
extension CallTable {
    mutating func startRingBack(of call: Call, into effects: inout [CallEffect]) {
        guard call.state != .ended, call.caller.state == .established, call.handover == nil, call.ringBack == nil,
            call.caller.sending != nil, let port = call.caller.port
        else { return }
        let playback = Playback(
            id: newPlaybackID(),
            items: [.tone(.ringBack, country: call.directory.media.language.toneCountry, atMost: nil)])
        call.ringBack = playback.id
        let plan = call.caller.ownPlan(settings: call.directory.media)
        effects.append(.media(.apply([.init(port: port.id, plan: plan)])))
        effects.append(.media(.play(playback, .port(port.id))))
    }

    func stopRingBack(of call: Call, into effects: inout [CallEffect]) {
        guard let playback = call.ringBack else { return }
        call.ringBack = nil
        guard let port = call.caller.port else { return }
        effects.append(.media(.change(playback, .port(port.id), .stop)))
    }
}

extension PromptLanguage {
    /// Whose tones people of this language know; empty: those of ITU-T E.180.
    fileprivate var toneCountry: String {
        switch self {
        case .english: ""
        case .german: "de"
        }
    }
}
