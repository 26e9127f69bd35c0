import SIPGrammar

/// By what a message is matched to its transaction, as it stands in the message: no copies.
struct TransactionProbe {
    /// The branch, or for RFC 2543 peers everything that has to be equal.
    let identity: ArraySlice<UInt8>
    /// Host and port of the top Via for requests; empty for responses.
    let sentBy: ArraySlice<UInt8>
    let method: SIPMethod
    let hash: UInt64

    private init(identity: ArraySlice<UInt8>, sentBy: ArraySlice<UInt8>, method: SIPMethod) {
        self.identity = identity
        self.sentBy = sentBy
        self.method = method
        var hasher = Hasher()
        hasher.combine(method)
        hasher.combine(bytesOf: identity)
        hasher.combine(bytesOf: sentBy)
        hash = UInt64(bitPattern: Int64(hasher.finalize()))
    }

    /// RFC 3261 §17.2.3. `method` is the one to look for: an ACK or CANCEL asks for INVITE. Nil when the request lacks
    /// what identifies it.
    init?(request: SIPMessage, method: SIPMethod) {
        if let branch = request.topViaBranch, branch.hasMagicCookie {
            guard let sentBy = request.topViaSentBy else { return nil }
            self.init(identity: branch, sentBy: sentBy, method: method)
        } else {
            guard let identity = Self.legacyIdentity(of: request) else { return nil }
            self.init(identity: identity, sentBy: [], method: method)
        }
    }

    /// RFC 3261 §17.1.3.
    init?(response: SIPMessage) {
        guard let branch = response.topViaBranch else { return nil }
        self.init(identity: branch, sentBy: [], method: response.method)
    }

    init(branch: String, method: SIPMethod) {
        self.init(identity: Array(branch.utf8)[...], sentBy: [], method: method)
    }

    /// Request-URI, From tag, Call-ID, CSeq number and top Via in one. The To tag, which the rules name as well, is
    /// left out: an ACK has the response's, and the others suffice to tell requests apart.
    private static func legacyIdentity(of request: SIPMessage) -> ArraySlice<UInt8>? {
        guard let callID = request.callIDBytes, let number = request.cseqNumber, let via = request.value(.via) else {
            return nil
        }
        var identity = Array(request.requestURIText.utf8)
        for part in [request.fromTag ?? [], callID, Array(String(number).utf8)[...], via] {
            identity.append(0)
            identity.append(contentsOf: part)
        }
        return identity[...]
    }
}

/// The same, kept by a transaction.
struct TransactionKey: Sendable {
    private let bytes: [UInt8]
    private let identityLength: Int
    let method: SIPMethod
    let hash: UInt64

    init(_ probe: TransactionProbe) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(probe.identity.count + probe.sentBy.count)
        bytes.append(contentsOf: probe.identity)
        bytes.append(contentsOf: probe.sentBy)
        self.bytes = bytes
        identityLength = probe.identity.count
        method = probe.method
        hash = probe.hash
    }

    func matches(_ probe: TransactionProbe) -> Bool {
        hash == probe.hash && method == probe.method && identityLength == probe.identity.count
            && bytes.count == identityLength + probe.sentBy.count && bytes[..<identityLength] == probe.identity
            && bytes[identityLength...] == probe.sentBy
    }
}

extension SIPMessage {
    /// What two copies of one request share that came over different paths (RFC 3261 §8.2.2.2): From tag, Call-ID and
    /// CSeq, as a keyed hash. Nil where the rule does not apply. Two different requests with one hash would cost the
    /// second a 482; at 64 bits with a secret key nobody will see that happen.
    var mergeHash: UInt64? {
        guard toTag == nil, let fromTag, let callID = callIDBytes, let number = cseqNumber else { return nil }
        var hasher = Hasher()
        hasher.combine(method)
        hasher.combine(number)
        hasher.combine(bytesOf: fromTag)
        hasher.combine(bytesOf: callID)
        return UInt64(bitPattern: Int64(hasher.finalize()))
    }

    /// A To tag for answers given without a transaction, the same for each copy of a request (RFC 3261 §8.2.7): FNV-1a
    /// over branch and Call-ID, as such answers never make a dialog.
    var statelessTag: String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for part in [topViaBranch ?? [], callIDBytes ?? []] {
            for byte in part { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        }
        return "s" + String(hash, radix: 16)
    }
}

extension Hasher {
    fileprivate mutating func combine(bytesOf slice: ArraySlice<UInt8>) {
        combine(slice.count)
        // The pointer does not outlive the call.
        unsafe slice.withUnsafeBytes { unsafe combine(bytes: $0) }
    }
}
