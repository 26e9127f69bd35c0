package import PBXBase

/// Text that no careful program expects, for property tests: controls, marks, wide and broken characters.
package enum RandomText {
    private static let pieces: [String] = [
        "a", "Z", " ", "0", "ü", "ß", "é", "漢", "字", "한", "😀", "👨‍👩‍👧", "🇩🇪", "❤️", "\u{301}", "\u{200B}", "\u{202E}",
        "\u{1B}[31m", "\t", "\n", "\r\n", "\0", "\u{7F}", "\u{9B}1m", "│", "…", "ａ", "\u{FFFD}",
        "e\u{301}\u{302}\u{303}",
        "👍🏽", "1️⃣", "ไทย", "שלום", "مرحبا", "\u{E0001}", "ﷺ",
    ]

    package static func text(piecesMax: Int, _ random: inout some RandomSource) -> String {
        (0..<Int.random(in: 0...piecesMax, using: &random)).map { _ in piece(&random) }.joined()
    }

    private static func piece(_ random: inout some RandomSource) -> String {
        if Int.random(in: 0..<4, using: &random) > 0 {
            return pieces[Int.random(in: 0..<pieces.count, using: &random)]
        }
        let scalar = Unicode.Scalar(UInt32.random(in: 0...0x3FFFF, using: &random))
        return scalar.map { String($0) } ?? "?"
    }
}
