/// Speech that several tests share, made once by the synthesiser. Nil where espeak-ng or sox is not installed.
enum Speech {
    static func english(sampleRate: Int) -> [Int16]? { all[sampleRate] }

    private static let all: [Int: [Int16]] = {
        let text = "The quick brown fox jumps over the lazy dog, while seven wizards mix a jug of bad liquor."
        let rates = [8_000, 16_000, 48_000].compactMap { rate in
            Sound.speech(text, sampleRate: rate).map { (rate, $0) }
        }
        return Dictionary(rates, uniquingKeysWith: { first, _ in first })
    }()
}
