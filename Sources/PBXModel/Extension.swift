/// An internal number with an owner and a policy; not a device (architecture §17).
package struct Extension: Hashable, Sendable {
    /// What people dial and phones register as: digits in practice, any of `A-Z a-z 0-9 - _ . +` by rule.
    package var number: String
    package var displayName: String
    package var secret: DigestSecret
    /// How long its phones ring before the caller is released as not answered.
    package var ringSeconds: Int
    /// How many phones may be registered at once; one more is refused (403).
    package var contactsMax: Int
    /// Concurrent calls that it may place or be in; one more is refused (486 towards it, 403 from it).
    package var callsMax: Int
    /// Whether the audio of its phones is encrypted.
    package var encryption: EncryptionRule
    /// How its phones are offered keys.
    package var keyExchange: KeyExchange
    /// The account on this machine whose extension it is, on the control socket; nil: nobody's.
    package var unixUser: String?
    /// For the directory.
    package var department: String?
    package var mobile: String?
    package var email: String?
    /// Who belongs to the same picks up for each other by `*8`; all who have none belong together.
    package var pickupGroup: String?
    package var origin: ConfigOrigin

    package init(
        number: String, displayName: String, secret: DigestSecret, ringSeconds: Int = 30, contactsMax: Int = 10,
        callsMax: Int = 1_000, encryption: EncryptionRule = .off, keyExchange: KeyExchange = .sdes,
        unixUser: String? = nil, origin: ConfigOrigin
    ) {
        self.number = number
        self.displayName = displayName
        self.secret = secret
        self.ringSeconds = ringSeconds
        self.contactsMax = contactsMax
        self.callsMax = callsMax
        self.encryption = encryption
        self.keyExchange = keyExchange
        self.unixUser = unixUser
        self.origin = origin
    }
}

/// Whether an endpoint's audio is encrypted (SRTP).
package enum EncryptionRule: String, Hashable, Sendable, CaseIterable {
    case off, prefer, require
}

/// How an endpoint is offered the keys of its audio; its own offers are answered in either way.
package enum KeyExchange: String, Hashable, Sendable, CaseIterable {
    /// In SDP (RFC 4568): desk phones.
    case sdes
    /// By a DTLS handshake, with ICE and rtcp-mux (RFC 8827): browsers.
    case dtls
}

/// What digest authentication needs of a password: its hashes with user and realm (RFC 7616 §3.4.2), never the
/// password.
package struct DigestSecret: Hashable, Sendable {
    /// H(user:realm:password) as lower-case hexadecimal, for MD5 and for SHA-256.
    package var md5: String
    package var sha256: String

    package init(md5: String, sha256: String) {
        self.md5 = md5
        self.sha256 = sha256
    }
}

/// Extensions that ring together, without waiting in line.
package struct RingGroup: Hashable, Sendable {
    package var number: String
    package var displayName: String
    /// Numbers of extensions, in the order of the file.
    package var members: [String]
    package var ringSeconds: Int
    package var origin: ConfigOrigin

    package init(number: String, displayName: String, members: [String], ringSeconds: Int = 30, origin: ConfigOrigin) {
        self.number = number
        self.displayName = displayName
        self.members = members
        self.ringSeconds = ringSeconds
        self.origin = origin
    }
}

/// A number whose callers all talk with each other.
package struct ConferenceRoom: Hashable, Sendable {
    package var number: String
    package var displayName: String
    /// How many may be in it at once; one more is told that it is busy.
    package var partiesMax: Int
    package var origin: ConfigOrigin

    package init(number: String, displayName: String, partiesMax: Int = 50, origin: ConfigOrigin) {
        self.number = number
        self.displayName = displayName
        self.partiesMax = partiesMax
        self.origin = origin
    }
}

/// Where calls wait for somebody to fetch them.
package struct ParkingLot: Hashable, Sendable {
    /// Numbers of the slots, in the order in which they are filled.
    package var slots: [String] = []
    /// How long a call waits before it rings who parked it, in seconds.
    package var secondsMax = 120
    package var origin: ConfigOrigin?

    package init() {}
}
