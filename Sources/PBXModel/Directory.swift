package import PBXBase

/// The whole configuration that calls are decided by, as one immutable value. A reload builds a new one and
/// publishes it to the core in one turn; a call holds the one that it started with where that matters.
package final class Directory: Sendable {
    package let realm: String
    /// Host names and addresses that mean this PBX in a request URI, lower case. An address of one of our listeners is
    /// always ours and needs no entry.
    package let domains: Set<String>
    package let extensions: [String: Extension]
    package let ringGroups: [String: RingGroup]
    package let conferences: [String: ConferenceRoom]
    package let faxBoxes: [String: FaxBox]
    /// The company's phone book: people outside, by number.
    package let contacts: [String: Contact]
    package let parking: ParkingLot
    package let sip: SIPSettings
    package let media: MediaSettings
    package let limits: Limits

    package init(
        realm: String, domains: Set<String>, extensions: [String: Extension], ringGroups: [String: RingGroup] = [:],
        conferences: [String: ConferenceRoom] = [:], faxBoxes: [String: FaxBox] = [:],
        contacts: [String: Contact] = [:], parking: ParkingLot = ParkingLot(),
        sip: SIPSettings = SIPSettings(),
        media: MediaSettings = MediaSettings(), limits: Limits = Limits()
    ) {
        self.realm = realm
        self.domains = domains
        self.extensions = extensions
        self.ringGroups = ringGroups
        self.conferences = conferences
        self.faxBoxes = faxBoxes
        self.contacts = contacts
        self.parking = parking
        self.sip = sip
        self.media = media
        self.limits = limits
    }

    /// This directory with further extensions. A number that it has already keeps its meaning.
    package func adding(_ added: [Extension]) -> Directory {
        var extensions = extensions
        for entry in added where extensions[entry.number] == nil && ringGroups[entry.number] == nil {
            extensions[entry.number] = entry
        }
        return Directory(
            realm: realm, domains: domains, extensions: extensions, ringGroups: ringGroups, conferences: conferences,
            faxBoxes: faxBoxes, contacts: contacts, parking: parking, sip: sip, media: media, limits: limits)
    }
}

/// Signalling policy.
package struct SIPSettings: Hashable, Sendable {
    /// Registration lifetimes that are granted, in seconds: shorter is refused with 423, longer is cut, none means the
    /// default.
    package var registrationSecondsMin = 60
    package var registrationSecondsDefault = 600
    package var registrationSecondsMax = 7_200
    /// How long a nonce is good for, in seconds; after that the answer is a fresh one with `stale=true`.
    package var nonceSeconds = 300
    /// Longest call, in seconds; it is then released.
    package var callSecondsMax = 14_400
    /// `Server` and `User-Agent` text.
    package var serverName = "PBX-X"

    package init() {}
}

/// Media policy.
package struct MediaSettings: Hashable, Sendable {
    /// UDP ports for RTP and RTCP, even start; each leg takes a pair.
    package var portLow: UInt16 = 16_384
    package var portHigh: UInt16 = 32_767
    /// Media worker threads; 0 chooses by the number of processors.
    package var workers = 0
    /// Local addresses that media sockets bind to, one per family; nil leaves that family out.
    package var ipv4: IPAddress? = .ipv4Any
    package var ipv6: IPAddress? = .ipv6Any
    /// What SDP says instead of the address that the call's signalling came in on (behind a static NAT).
    package var advertisedIPv4: IPAddress?
    package var advertisedIPv6: IPAddress?
    /// Codec names in order of preference, by which offers are filtered; `*` stands for any other codec, passed
    /// through.
    package var codecs = ["opus", "G722", "PCMA", "PCMU", "*"]
    /// Files that callers on hold hear one after the other, over and over; none: a soft tone.
    package var holdMusic: [String] = []
    package var fax = FaxRule.gateway
    /// Where recordings of calls lie; made when the first begins. nil: nowhere, and nothing is recorded.
    package var recordingFolder: String?
    /// What announcements are spoken in.
    package var language = PromptLanguage.english
    /// Where the spoken words lie, a folder per language; nil when there are none.
    package var promptFolder: String?
    /// No RTP from a connected phone for this long, in seconds, ends the call; 0 never does.
    package var silenceSecondsMax = 120

    package init() {}
}

/// What becomes of a party's wish to change a call to fax packets (T.38).
package enum FaxRule: String, Hashable, Sendable, CaseIterable {
    /// Refused: the fax stays sound.
    case off
    /// Passed on to the other party, which takes or refuses them.
    case pass
    /// The same, and turned into sound for a party that refuses them.
    case gateway
}

/// A language of announcements.
package enum PromptLanguage: String, Hashable, Sendable, CaseIterable {
    case english = "en"
    case german = "de"
}

/// Every bound that the network could push against, with its default.
package struct Limits: Hashable, Sendable {
    package var callsMax = 2_000
    package var registrationsMax = 20_000
    package var transactionsMax = 400_000
    /// Datagrams or messages a second that one source address may send before it is ignored for the rest of that
    /// second.
    package var messagesPerSourcePerSecondMax = 20_000
    /// Failed digest checks from one source address in a minute before it gets no answer for a minute.
    package var authenticationFailuresPerSourceMax = 20
    package var tcpConnectionsMax = 10_000
    package var messageBytesMax = 65_535

    package init() {}
}
