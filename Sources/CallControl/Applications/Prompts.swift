import MediaControl
import PBXBase
import PBXModel

/// Spoken words as files: `FOLDER/LANGUAGE/NAME.ulaw`, made by `share/prompts/make-prompts`.
struct Prompts: Hashable, Sendable {
    let folder: String
    let language: PromptLanguage

    init?(_ settings: MediaSettings) {
        guard let folder = settings.promptFolder else { return nil }
        self.folder = folder
        language = settings.language
    }

    /// “You are extension one zero one.” Letters of a number are left out.
    func ownNumber(_ number: String) -> [AudioItem] {
        [prompt("your-extension-is")] + digits(of: number)
    }

    /// One after the other; what is no digit is left out.
    func digits(of number: String) -> [AudioItem] { number.compactMap { $0.wholeNumberValue }.map(self.number) }

    /// “The time is fourteen oh five”, “Es ist vierzehn Uhr fünf”.
    func timeOfDay(hour: Int, minute: Int) -> [AudioItem] {
        switch language {
        case .english:
            let minutes =
                switch minute {
                case 0: [prompt("o-clock")]
                case 1...9: [prompt("oh"), number(minute)]
                default: [number(minute)]
                }
            return [prompt("the-time-is"), number(hour)] + minutes
        case .german:
            return [prompt("the-time-is"), number(hour), prompt("o-clock")] + (minute == 0 ? [] : [number(minute)])
        }
    }

    /// 0 to 59.
    private func number(_ value: Int) -> AudioItem { prompt("number-\(value)") }

    func prompt(_ name: String) -> AudioItem { .file(path: "\(folder)/\(language.rawValue)/\(name).ulaw") }
}
