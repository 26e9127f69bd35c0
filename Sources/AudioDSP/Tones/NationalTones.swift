package import MediaControl

/// Call progress tones as the networks of a country give them (ITU-T E.180 Supplement 2, the administrations' notes to
/// it). What a country does not define is the recommendation's (ITU-T E.180, E.182).
package struct NationalTones: Sendable {
    private let dial: [ToneStep]
    private let ringBack: [ToneStep]
    private let busy: [ToneStep]
    private let congestion: [ToneStep]
    private let callWaiting: [ToneStep]

    /// How a call progress tone sounds in `country` (ISO 3166, two letters in either case).
    package static func pattern(_ tone: CallProgressTone, country: String) -> TonePattern {
        let tones = table[country.lowercased()] ?? recommended
        return switch tone {
        case .dial: TonePattern(tones.dial)
        case .ringBack: TonePattern(tones.ringBack)
        case .busy: TonePattern(tones.busy)
        case .congestion: TonePattern(tones.congestion)
        case .callWaiting: TonePattern(tones.callWaiting)
        case .specialInformation: TonePattern(specialInformation)
        case .howler: TonePattern(howler)
        case .beep: TonePattern([.on(400, 1_000)], repeats: false)
        }
    }

    /// Countries of the table, in alphabetical order.
    package static var countries: [String] { table.keys.sorted() }

    /// ITU-T E.180 §6: three rising tones, the same everywhere.
    private static let specialInformation: [ToneStep] = [
        .on(330, 950), .off(15), .on(330, 1_400), .off(15), .on(330, 1_800), .off(1_000),
    ]
    /// For a receiver that is off the hook: meant to be unbearable.
    private static let howler: [ToneStep] = [
        ToneStep(frequenciesHz: [1_400, 2_060, 2_450, 2_600], milliseconds: 100), .off(100),
    ]

    private static let recommended = european()

    /// What most of Europe has, 425 Hz, with what differs.
    private static func european(
        _ frequency: Float = 425, ring: (on: Int, off: Int) = (1_000, 4_000), busy: Int = 500, congestion: Int = 250,
        congestionPause: Int? = nil,
        callWaiting: [ToneStep] = [.on(200, 425), .off(200), .on(200, 425), .off(4_000)], dial: [ToneStep]? = nil
    ) -> NationalTones {
        NationalTones(
            dial: dial ?? [.on(0, frequency)],
            ringBack: [.on(ring.on, frequency), .off(ring.off)],
            busy: [.on(busy, frequency), .off(busy)],
            congestion: [.on(congestion, frequency), .off(congestionPause ?? congestion)],
            callWaiting: callWaiting)
    }

    private static let northAmerican = NationalTones(
        dial: [.on(0, 350, 440)],
        ringBack: [.on(2_000, 440, 480), .off(4_000)],
        busy: [.on(500, 480, 620), .off(500)],
        congestion: [.on(250, 480, 620), .off(250)],
        callWaiting: [.on(300, 440), .off(10_000)])

    private static let british = NationalTones(
        dial: [.on(0, 350, 440)],
        ringBack: [.on(400, 400, 450), .off(200), .on(400, 400, 450), .off(2_000)],
        busy: [.on(375, 400), .off(375)],
        congestion: [.on(400, 400), .off(350), .on(225, 400), .off(525)],
        callWaiting: [.on(100, 400), .off(4_000)])

    private static let spanish = NationalTones(
        dial: [.on(0, 425)],
        ringBack: [.on(1_500, 425), .off(3_000)],
        busy: [.on(200, 425), .off(200)],
        congestion: [.on(200, 425), .off(200), .on(200, 425), .off(200), .on(200, 425), .off(600)],
        callWaiting: [.on(175, 425), .off(175), .on(175, 425), .off(3_500)])

    private static let table: [String: NationalTones] = [
        "at": european(
            420, ring: (1_000, 5_000), busy: 400, congestion: 200, callWaiting: [.on(40, 420), .off(1_960)]),
        "be": european(
            ring: (1_000, 3_000), congestion: 167,
            callWaiting: [.on(175, 1_400), .off(175), .on(175, 1_400), .off(3_500)]),
        "ca": northAmerican,
        "ch": european(congestion: 200),
        "cz": european(
            busy: 330, congestion: 165, callWaiting: [.on(330, 425), .off(9_000)],
            dial: [.on(330, 425), .off(330), .on(660, 425), .off(660)]),
        "de": european(
            busy: 480, congestion: 240, callWaiting: [.on(200, 425), .off(200), .on(200, 425), .off(5_000)]),
        "dk": european(congestion: 200, callWaiting: [.on(200, 425), .off(600), .on(200, 425), .off(3_000)]),
        "es": spanish,
        "fi": european(
            busy: 300, congestion: 200, callWaiting: [.on(150, 425), .off(150), .on(150, 425), .off(8_000)]),
        "fr": european(440, ring: (1_500, 3_500), congestion: 250, callWaiting: [.on(300, 440), .off(10_000)]),
        "gb": british,
        "ie": british,
        "it": european(
            congestion: 200,
            callWaiting: [.on(400, 425), .off(100), .on(250, 425), .off(100), .on(150, 425), .off(14_000)],
            dial: [.on(200, 425), .off(200), .on(600, 425), .off(1_000)]),
        "nl": european(callWaiting: [.on(500, 425), .off(9_500)]),
        "no": european(congestion: 200, callWaiting: [.on(200, 425), .off(600), .on(200, 425), .off(10_000)]),
        "pl": european(congestion: 500, callWaiting: [.on(150, 425), .off(150), .on(150, 425), .off(4_000)]),
        "pt": european(
            ring: (1_000, 5_000), congestion: 200,
            callWaiting: [.on(200, 425), .off(200), .on(200, 425), .off(5_000)]),
        "se": european(
            ring: (1_000, 5_000), busy: 250, congestionPause: 750,
            callWaiting: [.on(200, 425), .off(500), .on(200, 425), .off(9_100)]),
        "us": northAmerican,
    ]
}
