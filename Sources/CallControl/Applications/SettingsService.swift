import MediaControl
import PBXBase
import PBXModel

/// Changes a setting of the caller's own extension, says so once it is safely stored, or that it is not possible, and
/// hangs up.
struct SettingsService: CallApplication {
    let name = "own settings"
    let change: UserSettingsChange
    let prompts: Prompts?
    private var isAnswered = false
    /// What became of the change, until it has been said.
    private var outcome: Bool?

    init(change: UserSettingsChange, prompts: Prompts?) {
        self.change = change
        self.prompts = prompts
    }

    mutating func handle(_ input: ApplicationInput, now: Now, into actions: inout [CallAction]) {
        switch input {
        case .began: actions += [.answer, .changeSettings(change)]
        case .answered: isAnswered = true
        case .settingsChanged(let isDone): outcome = isDone
        case .playbackEnded: actions.append(.release(.normal))
        case .digitReceived, .faxProgressed, .faxEnded: break
        }
        guard isAnswered, let isDone = outcome else { return }
        outcome = nil
        actions.append(.play(isDone ? confirmation : refusal))
    }

    // The first syllable is lost on phones whose sound takes a moment to start.
    private static let pause = AudioItem.silence(.milliseconds(500))

    private var confirmation: [AudioItem] {
        let words = prompts?.confirmation(of: change) ?? [.tone(.beep, country: "", atMost: .seconds(1))]
        return [Self.pause] + words + [Self.pause]
    }

    private var refusal: [AudioItem] {
        let tone = AudioItem.tone(.congestion, country: "", atMost: .seconds(2))
        return [Self.pause] + (prompts.map { [$0.notPossible, Self.pause] } ?? []) + [tone]
    }
}

extension Prompts {
    /// “Do not disturb is on.” “Calls go to one zero three.”
    func confirmation(of change: UserSettingsChange) -> [AudioItem] {
        switch change {
        case .doNotDisturb(let isOn): [prompt(isOn ? "do-not-disturb-on" : "do-not-disturb-off")]
        case .forwarding(let target?): [prompt("calls-go-to")] + digits(of: target)
        case .forwarding(nil): [prompt("calls-go-to-you")]
        case .presence: []
        }
    }

    /// “That is not possible.”
    var notPossible: AudioItem { prompt("not-possible") }
}
