import AudioDSP
import MediaControl

/// What the phone itself has to say, by ear.
package enum SignalTone: Hashable, Sendable {
    /// A call comes in.
    case ringing
    /// A call comes in while another is up: soft, as it is heard within the talk.
    case callWaiting
    /// There is a new voice message; once.
    case message
    /// The microphone was opened from afar: a warning; once.
    case answeredAtOnce

    private static let country = "de"
    private static let trills = 12
    private static let pauseMilliseconds = 3_000

    var pattern: TonePattern {
        switch self {
        case .ringing:
            let trill = [Self.step(50, 800, 1_000), Self.step(50, 1_000, 1_250)]
            return TonePattern(
                Array(repeating: trill, count: Self.trills).flatMap(\.self) + [Self.step(Self.pauseMilliseconds)])
        case .callWaiting: return NationalTones.pattern(.callWaiting, country: Self.country)
        case .answeredAtOnce:
            return TonePattern([Self.step(150, 1_000), Self.step(80), Self.step(150, 1_000)], repeats: false)
        case .message: return TonePattern([Self.step(120, 660), Self.step(60), Self.step(240, 880)], repeats: false)
        }
    }

    /// In dBov.
    var level: Double {
        switch self {
        case .ringing, .message, .answeredAtOnce: -12
        case .callWaiting: -24
        }
    }

    private static func step(_ milliseconds: Int, _ first: Float = 0, _ second: Float = 0) -> ToneStep {
        ToneStep(frequenciesHz: [first, second, 0, 0], milliseconds: milliseconds)
    }
}
