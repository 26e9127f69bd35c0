import PBXBase
package import SDPNegotiation
package import SIPGrammar

/// What a phone is set up with.
package struct PhoneSettings: Sendable {
    package var productName: String
    /// User part of our Contact.
    package var contactUser: String
    /// Where we listen, for calls without an account; the first of a family is the one that is named.
    package var listeners: [Flow]
    package var accounts: [PhoneAccount]
    /// Of calls without an account.
    package var encryption: EncryptionPolicy
    /// Keys of our own calls come by handshake (DTLS) instead of standing in SDP. A peer's way is taken anyhow.
    package var offersDTLS = false
    /// Encoding names, the best first.
    package var codecs: [String]
    /// Incoming calls are answered at once.
    package var answersAtOnce: Bool
    /// So are those for which the account's exchange asks it (intercom), with a warning tone.
    package var answersWhenAsked = true
    /// Played to every peer in place of a microphone.
    package var playedFile: String?
    /// What peers say is written here; later calls get a number before the extension.
    package var recordingPath: String?
    /// The sound card, if there is one.
    package var card: CardSettings?
    /// A call of ours that nobody answers is given up after so long.
    package var ringSecondsMax: Int

    /// The mailbox of each registered account is asked for, for servers that tell of it only then.
    package var watchesMessages = true

    /// Subscriptions that a phone may have: lamps, and a mailbox for each account.
    package static let watchesMax = 64
    /// Calls that a phone may have at once.
    package static let linesMax = 16
    /// Transactions that may be under way at once; those of a call linger for half a minute after it (RFC 3261 §17).
    package static let transactionsMax = 1_024
    /// Media ports that are kept ready, so that answering never waits.
    package static let portsReady = 2

    package init(
        productName: String, contactUser: String, listeners: [Flow] = [], accounts: [PhoneAccount] = [],
        encryption: EncryptionPolicy = .off, codecs: [String] = PhoneCodecs.factoryNames, answersAtOnce: Bool = false,
        playedFile: String? = nil, recordingPath: String? = nil, ringSecondsMax: Int = 120
    ) {
        self.productName = productName
        self.contactUser = contactUser
        self.listeners = listeners
        self.accounts = accounts
        self.encryption = encryption
        self.codecs = codecs
        self.answersAtOnce = answersAtOnce
        self.playedFile = playedFile
        self.recordingPath = recordingPath
        self.ringSecondsMax = ringSecondsMax
    }
}
