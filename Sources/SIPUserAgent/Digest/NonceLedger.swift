import PBXBase

/// Which nonces were used, and how often (RFC 7616 §3.4.5): a request with a count that is not higher than the last
/// one is a replay.
///
/// Only accepted requests are entered, so an outsider cannot fill it. When it is full the oldest entry goes, and with
/// it every nonce issued until then stops being good: forgetting makes nonces stale, never replayable.
struct NonceLedger: Sendable {
    private var highestCount: [DigestNonce: UInt32] = [:]
    private var order: BoundedQueue<DigestNonce>
    /// Nonces issued at this millisecond or before are no longer good.
    private var forgottenUntil: UInt64?

    init(noncesMax: Int) {
        order = BoundedQueue(capacity: max(1, noncesMax))
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
        if order.isFull, let oldest = order.popFirst() {
            highestCount[oldest] = nil
            forgottenUntil = max(forgottenUntil ?? 0, oldest.issuedMilliseconds)
        }
        _ = order.append(nonce)
    }
}
