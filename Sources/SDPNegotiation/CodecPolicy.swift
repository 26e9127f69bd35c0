package import MediaControl

/// The administrator's order of codecs, by which an offer is filtered before it is passed on.
package struct CodecPolicy: Hashable, Sendable {
    private let names: [String]
    /// Place of `*`; nil when only named codecs pass.
    private let rankOfOthers: Int?

    /// - Parameter names: encoding names in order of preference; `*` stands for every codec that is not named.
    package init(names: [String]) {
        self.names = names
        rankOfOthers = names.firstIndex(of: "*")
    }

    /// What of an offer is passed on, in the order of the policy and among equals in the order of the offer.
    /// Telephone-event and comfort noise go along at the end. Redundancy and retransmission formats do not: their
    /// parameters name payload types of one leg.
    package func filtered(_ formats: [MediaFormat]) -> [MediaFormat] {
        var ranked: [(rank: Int, format: MediaFormat)] = []
        for format in formats where !format.refersToPayloadTypes {
            guard let rank = rank(of: format) else { continue }
            // Insertion keeps equals in order, and lists are short.
            let place = ranked.firstIndex { $0.rank > rank } ?? ranked.endIndex
            ranked.insert((rank, format), at: place)
        }
        return ranked.map(\.format)
    }

    private func rank(of format: MediaFormat) -> Int? {
        if format.isComfortNoise { return names.count }
        if format.isTelephoneEvent { return names.count + 1 }
        return names.firstIndex { format.isNamed($0) } ?? rankOfOthers
    }
}
