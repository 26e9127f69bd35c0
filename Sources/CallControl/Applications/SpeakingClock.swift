import MediaControl
import PBXBase
import PBXModel

/// Says the caller's own number and the time, and hangs up: what a technician dials at a phone whose label is gone.
struct SpeakingClock: CallApplication {
    let name = "speaking clock"
    let callerNumber: String
    let prompts: Prompts?
    /// Of local time, ahead of UTC.
    let utcOffsetSeconds: Int

    func handle(_ input: ApplicationInput, now: Now, into actions: inout [CallAction]) {
        switch input {
        case .began: actions.append(.answer)
        case .answered: actions.append(.play(announcement(now.wall)))
        case .playbackEnded: actions.append(.release(.normal))
        case .digitReceived, .faxProgressed, .faxEnded, .settingsChanged: break
        }
    }

    private func announcement(_ time: WallTime) -> [AudioItem] {
        // The first syllable is lost on phones whose sound takes a moment to start.
        let pause = AudioItem.silence(.milliseconds(500))
        guard let prompts else { return [pause, .tone(.beep, country: "", atMost: .seconds(1)), pause] }
        let minutes = Int((time.secondsSinceEpoch + Int64(utcOffsetSeconds)) / 60)
        return [pause] + prompts.ownNumber(callerNumber) + [pause]
            + prompts.timeOfDay(hour: minutes / 60 % 24, minute: minutes % 60) + [pause]
    }
}
