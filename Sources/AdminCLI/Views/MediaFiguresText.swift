import PBXModel

/// The quality of one leg's audio in a few lines: what the phone sent, how it was played, what the phone hears. What is
/// not known is said to be unknown where somebody would look for it, and else left out.
enum MediaFiguresText {
    static func lines(_ media: MediaFigures) -> [String] {
        [arrival(media), playout(media), sound(media), otherDirection(media), media.verdict?.printable]
            .compactMap(\.self)
    }

    private static func arrival(_ media: MediaFigures) -> String {
        joined(
            media.codec, "\(media.packetsReceived) packets received",
            lost(media), media.packetsDropped > 0 ? "\(media.packetsDropped) refused" : nil,
            "jitter \(media.jitterMicroseconds.map(milliseconds) ?? "unknown")",
            media.longestGapMilliseconds.map { "longest gap \($0) ms" },
            "round trip \(media.roundTripMicroseconds.map(milliseconds) ?? "unknown")",
            "MOS \(media.listeningScoreHundredths.map(score) ?? "unknown")",
            media.conversationalScoreHundredths.map { "in conversation \(score($0))" })
    }

    private static func lost(_ media: MediaFigures) -> String {
        let bursts = media.bursts.map { $0 == 0 ? nil : "\($0) burst\($0 == 1 ? "" : "s")" } ?? nil
        let run = media.longestLossRun.map { $0 < 2 ? nil : "\($0) in a row at most" } ?? nil
        let spread = [bursts, run].compactMap(\.self).joined(separator: ", ")
        return spread.isEmpty ? "\(media.packetsLost) lost" : "\(media.packetsLost) lost (\(spread))"
    }

    private static func playout(_ media: MediaFigures) -> String? {
        guard let late = media.packetsLate, let concealed = media.concealedMilliseconds else { return nil }
        return joined(
            "played", media.playoutDelayMilliseconds.map { "after \($0) ms" }, "\(late) late",
            media.packetsDiscarded.map { "\($0) discarded" }, "\(concealed) ms concealed")
    }

    private static func sound(_ media: MediaFigures) -> String? {
        guard let silent = media.silentPercent else { return nil }
        return joined(
            media.speechLevel.map { "speech \($0) dBov" }, media.noiseLevel.map { "background \($0) dBov" },
            "\(silent) % silence", media.clippedSamples.map { $0 == 0 ? "no clipping" : "\($0) samples clipped" })
    }

    private static func otherDirection(_ media: MediaFigures) -> String {
        guard let lost = media.peerPacketsLost else {
            return joined("\(media.packetsSent) sent", "what arrived of it is unknown")
        }
        return joined(
            "\(media.packetsSent) sent", "\(lost) of them lost by its reports",
            media.peerJitterMicroseconds.map { "jitter \(milliseconds($0))" },
            media.peerListeningScoreTenths.map { "MOS \($0 / 10).\($0 % 10)" })
    }

    private static func milliseconds(_ microseconds: Int) -> String { "\(microseconds / 1_000) ms" }
    private static func score(_ hundredths: Int) -> String { "\(hundredths / 100).\(hundredths / 10 % 10)" }
    private static func joined(_ parts: String?...) -> String { parts.compactMap(\.self).joined(separator: ", ") }
}
