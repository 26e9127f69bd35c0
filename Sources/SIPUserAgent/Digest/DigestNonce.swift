import Crypto
import PBXBase

/// A nonce that needs no memory at the server: when it was made, a salt, and a code over both and the client's address
/// that only we can make. Bound to the address, it also proves that the client receives what we send there.
struct DigestNonce: Hashable, Sendable {
    /// Milliseconds on the monotonic clock, 48 bits.
    let issuedMilliseconds: UInt64
    /// 48 bits, so that two clients never share a nonce.
    let salt: UInt64

    /// 6 bytes of time, 6 of salt, 12 of code, in hexadecimal.
    static let textLength = 48

    private static let word: UInt64 = 0xFFFF_FFFF_FFFF

    init(now: Instant, salt: UInt64) {
        issuedMilliseconds = UInt64(max(0, now.nanoseconds) / 1_000_000) & Self.word
        self.salt = salt & Self.word
    }

    /// Reads a nonce of ours; nil for any other, and for one given to another address.
    init?(_ text: String, source: IPAddress, key: NonceKey) {
        guard let bytes = DigestHexadecimal.bytes(text, count: Self.textLength / 2) else { return nil }
        issuedMilliseconds = bytes[0..<6].reduce(0) { $0 << 8 | UInt64($1) }
        salt = bytes[6..<12].reduce(0) { $0 << 8 | UInt64($1) }
        guard areEqualInConstantTime(bytes[12...], code(source: source, key: key)) else { return nil }
    }

    func text(source: IPAddress, key: NonceKey) -> String {
        var bytes = content
        bytes.append(contentsOf: code(source: source, key: key))
        return DigestHexadecimal.text(bytes)
    }

    func isExpired(now: Instant, lifetime: Interval) -> Bool {
        let current = DigestNonce(now: now, salt: 0).issuedMilliseconds
        // A time ahead of ours cannot be: the code covers it, and the key is of this process.
        return current < issuedMilliseconds || current - issuedMilliseconds > UInt64(max(0, lifetime.milliseconds))
    }

    private var content: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(32)
        bytes.append(bigEndian: issuedMilliseconds, count: 6)
        bytes.append(bigEndian: salt, count: 6)
        return bytes
    }

    private func code(source: IPAddress, key: NonceKey) -> ArraySlice<UInt8> {
        var bytes = content
        bytes.append(source.isIPv6 ? 6 : 4)
        bytes.append(bigEndian: source.high, count: 8)
        bytes.append(bigEndian: source.low, count: 8)
        return key.code(over: bytes).prefix(12)
    }
}

/// The key of our nonces, taken up by the hash once: a code then costs two blocks instead of four and a key schedule.
struct NonceKey: Sendable {
    private let keyed: HMAC<SHA256>

    init(_ key: [UInt8]) {
        keyed = HMAC(key: SymmetricKey(data: key))
    }

    func code(over bytes: [UInt8]) -> [UInt8] {
        var authenticator = keyed
        authenticator.update(data: bytes)
        // The pointer does not outlive the call.
        return unsafe authenticator.finalize().withUnsafeBytes { unsafe Array($0) }
    }
}

/// Compares without telling by its time where the first difference is.
func areEqualInConstantTime(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> Bool {
    guard left.count == right.count else { return false }
    var difference: UInt8 = 0
    for (a, b) in zip(left, right) { difference |= a ^ b }
    return difference == 0
}

extension [UInt8] {
    fileprivate mutating func append(bigEndian value: UInt64, count: Int) {
        for index in (0..<count).reversed() { append(UInt8(truncatingIfNeeded: value >> UInt64(index * 8))) }
    }
}
