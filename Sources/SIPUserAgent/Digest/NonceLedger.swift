/// Which nonces were used, and how often (RFC 7616 §3.4.5): a request with a count that is not higher than the last
/// one is a replay.
///
/// Only accepted requests are entered, so an outsider cannot fill it. When it is full the oldest entry goes, and with
/// it every nonce issued until then stops being good: forgetting makes nonces stale, never replayable.
struct NonceLedger: Sendable {
    private var highestCount: [DigestNonce: UInt32] = [:]
    /// In the order of their entry; once it is full, a ring whose oldest entry is at `oldest`.
    private var order: [DigestNonce] = []
    private var oldest = 0
    private let noncesMax: Int
    /// Nonces issued at this millisecond or before are no longer good.
    private var forgottenUntil: UInt64?

    init(noncesMax: Int) {
        self.noncesMax = max(1, noncesMax)
    }

    var count: Int { highestCount.count }

    /// Whether this use would be one we have not seen.
    func isFresh(_ nonce: DigestNonce, count: UInt32) -> Bool {
        if let highest = highestCount[nonce] { return count > highest }
        return forgottenUntil.map { nonce.issuedMilliseconds > $0 } ?? true
    }

    /// Enters an accepted use.
    mutating func enter(_ nonce: DigestNonce, count: UInt32) {
        guard highestCount.updateValue(count, forKey: nonce) == nil else { return }
        guard order.count == noncesMax else { return order.append(nonce) }
        let forgotten = order[oldest]
        highestCount[forgotten] = nil
        forgottenUntil = max(forgottenUntil ?? 0, forgotten.issuedMilliseconds)
        order[oldest] = nonce
        oldest = (oldest + 1) % noncesMax
    }
}
