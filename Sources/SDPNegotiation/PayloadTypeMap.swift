package import MediaControl

/// Which payload type number becomes which when packets pass from one leg to the other.
///
/// A session description says how its author wants to *receive* (RFC 3264 §5.1). So, on each leg:
///
/// - a peer sends with the numbers that **we told it** in our latest description on its leg;
/// - we send to a peer with the numbers in **its own** latest description.
///
/// Caller A offers with A's numbers. Our offer to callee B repeats A's numbers, B answers with numbers of its own (the
/// same as a rule, but it need not), and our answer to A carries the common codecs with A's numbers. Hence
///
/// - A → B: `mapping(from: LocalSession(A).formats, to: description(B).formats)`
/// - B → A: `mapping(from: LocalSession(B).formats, to: description(A).formats)`
///
/// The formula does not ask who offered, so it holds for a delayed offer and for every re-INVITE as well.
package enum PayloadTypeMap {
    /// The numbers in which `sender` and `receiver` agree on a coding. What the receiver did not list is left out: the
    /// worker drops and counts it.
    /// - Parameters:
    ///   - sender: what we told the peer that sends.
    ///   - receiver: what the peer on the other side listed.
    ///   - changesLaw: G.711 of one law becomes that of the other where the receiver has only this.
    package static func mapping(
        from sender: [MediaFormat], to receiver: [MediaFormat], changesLaw: Bool = false
    ) -> [MediaPlan.PayloadTypeMapping] {
        var mappings: [MediaPlan.PayloadTypeMapping] = []
        for format in sender where !mappings.contains(where: { $0.received == format.payloadType }) {
            if let target = target(of: format, in: receiver) {
                mappings.append(.init(received: format.payloadType, forwarded: target.payloadType))
            } else if changesLaw, let target = receiver.first(where: { $0.lawChange(from: format) != nil }) {
                mappings.append(
                    .init(
                        received: format.payloadType, forwarded: target.payloadType,
                        law: target.lawChange(from: format)))
            }
        }
        return mappings
    }

    /// One coding may be listed twice (for two packings, say): the same parameters win, then the same number.
    private static func target(of format: MediaFormat, in receiver: [MediaFormat]) -> MediaFormat? {
        receiver.first { $0.parameters == format.parameters && $0.isCompatible(with: format) }
            ?? receiver.first { $0.payloadType == format.payloadType && $0.isCompatible(with: format) }
            ?? receiver.first { $0.isCompatible(with: format) }
    }
}
