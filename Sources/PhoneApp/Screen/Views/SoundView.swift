import TerminalUI

/// Microphone and speaker: how loud each is set, whether it is muted, and how loud it is right now.
struct SoundView {
    let state: PhoneScreenState

    /// What the meters begin at, in dBov: quieter is silence.
    private static let quietest = -60
    private static let labelColumns = 12

    func draw(in canvas: inout Canvas) {
        let texts = state.texts
        let isMuted = state.volumes.isMicrophoneMuted
        guard state.hasCard else {
            let text = isMuted ? "\(texts[.noCard]) · \(texts[.muted])" : texts[.noCard]
            canvas.text(text, x: 0, y: 0, style: isMuted ? Style(.red, .bold) : .dim)
            return
        }
        row(texts[.microphone], state.levels?.microphone, state.volumes.microphone, isMuted: isMuted, y: 0, &canvas)
        row(
            texts[.speaker], state.levels?.speaker, state.volumes.speaker, isMuted: state.volumes.isSpeakerMuted,
            y: 1, &canvas)
    }

    private func row(
        _ label: String, _ level: Int?, _ volume: Int, isMuted: Bool, y: Int, _ canvas: inout Canvas
    ) {
        canvas.text(label, x: 0, y: y, width: Self.labelColumns - 1)
        let percent = "\(volume) %"
        let figure =
            isMuted
            ? state.texts[.mutedMark] : String(repeating: " ", count: max(0, 5 - percent.count)) + percent
        canvas.inside(
            Rect(x: Self.labelColumns, y: y, width: min(48, canvas.size.width - Self.labelColumns), height: 1)
        ) { canvas in
            guard let level else { return _ = canvas.text(figure, x: 0, y: 0, style: isMuted ? Self.warning : .plain) }
            let share = Double(level - Self.quietest) / Double(-Self.quietest)
            Gauge(share, text: figure, style: isMuted ? Self.warning : Style(.green)).draw(in: &canvas)
        }
    }

    private static let warning = Style(.red, .bold)
}
