/// How good a call sounds, estimated from what is measured: the rating R of the E-model and the mean opinion score that
/// follows from it (ITU-T G.107 with the default values of its table 3, G.113 Appendix I for codecs).
package struct VoiceQuality: Hashable, Sendable {
    /// What a codec costs by itself, and how badly it takes loss (ITU-T G.113 Appendix I).
    package struct Impairment: Hashable, Sendable {
        /// Equipment impairment factor Ie: 0 for G.711.
        package var equipment: Double
        /// Packet-loss robustness factor Bpl in percent: larger is sturdier.
        package var robustness: Double

        package init(equipment: Double, robustness: Double) {
            self.equipment = equipment
            self.robustness = robustness
        }

        /// G.711 with concealment, ours or the phone's.
        package static let g711 = Impairment(equipment: 0, robustness: 25.1)

        /// The values of the codec that SDP calls `name`; nil for one we know nothing about.
        ///
        /// G.113 has no values for Opus: taken as flawless on the telephone scale at the rates in use, without its
        /// redundancy a little less sturdy than G.711 concealed, with it sturdier, as its listening tests suggest.
        /// G.722 and L16 carry more than the scale can credit: they are taken for G.711.
        package init?(codec name: String, hasRedundancy: Bool = false) {
            switch name.lowercased() {
            case "pcmu", "pcma", "g722", "l16": self = .g711
            case "opus": self.init(equipment: 0, robustness: hasRedundancy ? 35 : 20)
            case "g729": self.init(equipment: 11, robustness: 19)
            case "gsm": self.init(equipment: 20, robustness: 10)
            case "g726-40": self.init(equipment: 2, robustness: 25.1)
            case "g726-32": self.init(equipment: 7, robustness: 25.1)
            case "g726-24": self.init(equipment: 25, robustness: 25.1)
            case "g726-16": self.init(equipment: 50, robustness: 25.1)
            case "ilbc": self.init(equipment: 11, robustness: 32)
            default: return nil
            }
        }
    }

    /// G.107 table 3: R0 − Is with everything at its default.
    private static let ratingMax = 93.2

    /// R for listening alone, 0…93.2.
    package let listeningRating: Double
    /// R with the delay of a conversation; nil when the delay is not known.
    package let conversationalRating: Double?

    /// - Parameters:
    ///   - lossShare: lost and discarded packets, 0…1.
    ///   - burstRatio: 1 for random loss, above for bursts (G.107, BurstR).
    ///   - delayMilliseconds: one way, mouth to ear; nil when unknown.
    package init(
        impairment: Impairment, lossShare: Double, burstRatio: Double = 1, delayMilliseconds: Double? = nil
    ) {
        let loss = 100 * max(0, min(1, lossShare))
        // G.107 equation 7-29.
        let effective =
            impairment.equipment
            + (95 - impairment.equipment) * loss / (loss / max(1, burstRatio) + impairment.robustness)
        listeningRating = max(0, Self.ratingMax - effective)
        conversationalRating = delayMilliseconds.map {
            max(0, Self.ratingMax - effective - Self.delayImpairment(milliseconds: $0))
        }
    }

    /// The score for listening, 1…4.5.
    package var listeningScore: Double { Self.score(rating: listeningRating) }
    /// The score for a conversation; nil when the delay is not known.
    package var conversationalScore: Double? { conversationalRating.map { Self.score(rating: $0) } }

    /// What delay costs (Id, without echo): the usual straight lines through G.107's curve, which bends at 177.3 ms.
    package static func delayImpairment(milliseconds: Double) -> Double {
        let delay = max(0, milliseconds)
        return 0.024 * delay + 0.11 * max(0, delay - 177.3)
    }

    /// The mean opinion score of a rating (G.107 Annex B).
    package static func score(rating: Double) -> Double {
        guard rating > 0 else { return 1 }
        guard rating < 100 else { return 4.5 }
        // The cubic dips below 1 for ratings under 6.5.
        return max(1, 1 + 0.035 * rating + rating * (rating - 60) * (100 - rating) * 7e-6)
    }
}
