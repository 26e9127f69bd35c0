/// What the receiver of an Opus stream asked for in its `a=fmtp` (RFC 7587 §6.1); all of it is a wish that the sender
/// follows, none of it changes how packets are read.
package struct OpusParameters: Hashable, Sendable {
    /// No more than this is worth sending, in Hz of sampled sound (`maxplaybackrate`).
    package var playbackRateMax: Int
    /// Bits a second (`maxaveragebitrate`); nil leaves the choice to the sender.
    package var bitRateMax: Int?
    /// Packets shall carry a coarse copy of the one before (`useinbandfec`).
    package var usesFEC: Bool
    /// Silence shall be sent as few and small packets (`usedtx`).
    package var usesDTX: Bool
    /// Stereo is welcome (`stereo`). We send mono all the same, which every receiver must take.
    package var prefersStereo: Bool
    /// Packets shall be of one size (`cbr`).
    package var usesConstantBitRate: Bool

    /// RFC 7587 §6.1: the range of `maxaveragebitrate`; values outside are ignored.
    package static let bitRates = 6_000...510_000
    /// RFC 7587 §6.1: the range of `maxplaybackrate`; values outside are ignored.
    package static let playbackRates = 8_000...48_000

    package init(
        playbackRateMax: Int = 48_000, bitRateMax: Int? = nil, usesFEC: Bool = false, usesDTX: Bool = false,
        prefersStereo: Bool = false, usesConstantBitRate: Bool = false
    ) {
        self.playbackRateMax = playbackRateMax
        self.bitRateMax = bitRateMax
        self.usesFEC = usesFEC
        self.usesDTX = usesDTX
        self.prefersStereo = prefersStereo
        self.usesConstantBitRate = usesConstantBitRate
    }

    /// Reads `name=value;…`. Unknown parameters and values out of range are passed over: the defaults are always right.
    package init(parameters: String?) {
        self.init()
        for part in (parameters ?? "").split(separator: ";") {
            let pair = part.split(separator: "=", maxSplits: 1)
            guard pair.count == 2, let value = Int(Self.trimmed(pair[1])) else { continue }
            switch Self.trimmed(pair[0]).lowercased() {
            case "maxplaybackrate" where Self.playbackRates.contains(value): playbackRateMax = value
            case "maxaveragebitrate" where Self.bitRates.contains(value): bitRateMax = value
            case "useinbandfec": usesFEC = value == 1
            case "usedtx": usesDTX = value == 1
            case "stereo": prefersStereo = value == 1
            case "cbr": usesConstantBitRate = value == 1
            default: continue
            }
        }
    }

    /// The `a=fmtp` text that says this; nil when the defaults say it all.
    package var text: String? {
        var parts: [String] = []
        if playbackRateMax != 48_000 { parts.append("maxplaybackrate=\(playbackRateMax)") }
        if let bitRateMax { parts.append("maxaveragebitrate=\(bitRateMax)") }
        if prefersStereo { parts.append("stereo=1") }
        if usesConstantBitRate { parts.append("cbr=1") }
        if usesFEC { parts.append("useinbandfec=1") }
        if usesDTX { parts.append("usedtx=1") }
        return parts.isEmpty ? nil : parts.joined(separator: ";")
    }

    private static func trimmed(_ text: Substring) -> Substring {
        let start = text.drop { $0 == " " }
        guard let last = start.lastIndex(where: { $0 != " " }) else { return "" }
        return start[...last]
    }
}
