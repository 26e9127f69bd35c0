import PBXModel

/// Every setting there is: one row each.
enum SettingsCatalogue {
    static let sections: [SettingSection] = [
        server, sip, media, limits, control, log, store, parking, extensions, ringGroups, conferences, faxBoxes,
        contacts,
    ]

    static func section(_ name: String) -> SettingSection? { sections.first { $0.name == name } }

    static let extensionsMax = 10_000
    static let ringGroupsMax = 1_000
    static let ringGroupMembersMax = 50
    static let conferencesMax = 1_000
    static let faxBoxesMax = 1_000
    static let contactsMax = 20_000
    static let parkingSlotsMax = 100

    private static let server = SettingSection(
        name: "server", shape: .single, help: "Who this PBX is.",
        settings: [
            .optional(
                "domain", \.domain, .host, example: "pbx.example.com",
                "The host part of our users' addresses (sip:101@domain); not needed when phones use our IP address."),
            .optional(
                "realm", \.realm, .realm, example: "pbx.example.com",
                """
                What phones show when they ask for a password; the domain unless set, else pbx-x. Digest hashes depend \
                on it.
                """),
            .list(
                "domains", \.domains, .host, count: 0...64,
                "Further host names that mean this PBX; addresses we listen on need no entry."),
            .integer(
                "drain-seconds-max", \.drainSecondsMax, 0...3_600, unit: "seconds",
                "How long a stop waits for running calls before it ends them."),
        ])

    private static let sip = SettingSection(
        name: "sip", shape: .single, help: "Signalling.",
        settings: [
            .list(
                "listen", \.listeners, .listener, count: 1...32,
                "The sockets that phones reach us on, transport:address:port each."),
            .integer(
                "registration-seconds-min", \.sip.registrationSecondsMin, 10...86_400, unit: "seconds",
                "A phone that asks for a shorter registration is told this minimum (423)."),
            .integer(
                "registration-seconds-default", \.sip.registrationSecondsDefault, 10...86_400, unit: "seconds",
                "What a phone gets that names no time."),
            .integer(
                "registration-seconds-max", \.sip.registrationSecondsMax, 10...86_400, unit: "seconds",
                "A longer registration is cut to this."),
            .integer(
                "nonce-seconds", \.sip.nonceSeconds, 10...86_400, unit: "seconds",
                "How long a digest challenge may be answered."),
            .integer(
                "call-seconds-max", \.sip.callSecondsMax, 60...604_800, unit: "seconds",
                "The longest call; it is then ended."),
            .text("server-name", \.sip.serverName, .productName, "What Server and User-Agent headers say."),
        ])

    private static let media = SettingSection(
        name: "media", shape: .single, help: "Audio.",
        settings: [
            .text(
                "ports", \.mediaPorts, .portRange,
                "UDP ports for RTP and RTCP, both ends included; a call takes four. Open them in the firewall."),
            .list(
                "addresses", \.mediaAddresses, .address, count: 1...2,
                "Local addresses for audio, one IPv4 and one IPv6 at most; a family left out carries no calls."),
            .list(
                "advertised", \.advertisedAddresses, .address, count: 0...2,
                "Addresses to tell phones instead of our own, one per family: for a PBX behind a static NAT."),
            .list(
                "codecs", \.codecs, .codec, count: 1...32,
                "Codecs that calls may use, in order of preference; * stands for any other, passed through as it is."),
            .list(
                "hold-music", \.holdMusic, .absolutePath, count: 0...32,
                "Files that callers on hold hear in turn: WAV, .ulaw, .alaw, .g722 or .sln; empty: the factory's music."
            ),
            .text("language", \.media.language, .choice, "What announcements are spoken in."),
            .text(
                "fax", \.media.fax, .choice,
                """
                Fax packets (T.38): never, so that faxes stay sound (G.711); passed between two parties that both ask \
                for them; or also turned into sound for a party that does not take them.
                """),
            .integer(
                "workers", \.media.workers, 0...64, unit: "threads", "Media threads; 0 chooses by processors."),
            .integer(
                "silence-seconds-max", \.media.silenceSecondsMax, 0...86_400, unit: "seconds",
                "A call from whose phone no audio arrives for this long is ended; 0 never ends one."),
        ])

    private static let limits = SettingSection(
        name: "limits", shape: .single, help: "What is refused when there is too much of it.",
        settings: [
            .integer("calls-max", \.limits.callsMax, 1...100_000, unit: "calls", "Calls at once; one more gets 503."),
            .integer(
                "registrations-max", \.limits.registrationsMax, 1...1_000_000, unit: "bindings",
                "Registered phones in all."),
            .integer(
                "transactions-max", \.limits.transactionsMax, 100...10_000_000, unit: "transactions",
                "SIP transactions at once."),
            .integer(
                "messages-per-source-per-second-max", \.limits.messagesPerSourcePerSecondMax, 10...10_000_000,
                unit: "messages", "From one address; more are ignored for the rest of the second."),
            .integer(
                "authentication-failures-per-source-max", \.limits.authenticationFailuresPerSourceMax, 1...100_000,
                unit: "failures", "In one minute from one address; it then gets no answer for a minute."),
            .integer(
                "tcp-connections-max", \.limits.tcpConnectionsMax, 1...1_000_000, unit: "connections",
                "Signalling connections at once."),
            .integer(
                "message-bytes-max", \.limits.messageBytesMax, 1_500...65_535, unit: "bytes",
                "The longest SIP message."),
        ])

    private static let control = SettingSection(
        name: "control", shape: .single, help: "The control socket, and which Unix users may do what on it.",
        settings: [
            .text("socket", \.control.socketPath, .socketPath, "Where pbxctl and the console connect."),
            .list("admin", \.admins, .principal, count: 0...256, "May do everything."),
            .list(
                "supervisor", \.supervisors, .principal, count: 0...256, "May watch and steer everybody's calls."),
            .list("agent", \.agents, .principal, count: 0...256, "May watch calls and steer their own."),
            .list("user", \.users, .principal, count: 0...256, "May look at the state of the system."),
            .integer(
                "connections-max", \.control.connectionsMax, 1...10_000, unit: "connections", "Clients at once."),
        ])

    private static let log = SettingSection(
        name: "log", shape: .single, help: "What is written to standard error or the journal.",
        settings: [
            .text("level", \.log.level, .choice, "The least important line that is written."),
            .text("format", \.log.format, .choice, "For people, or one JSON object per line."),
        ])

    private static let store = SettingSection(
        name: "store", shape: .single, help: "Call records and other run-time state.",
        settings: [
            .text("state-directory", \.store.stateDirectory, .absolutePath, "The folder of the database pbx.db."),
            .integer(
                "facts-waiting-max", \.store.factsWaitingMax, 100...10_000_000, unit: "facts",
                "Changes that may wait for the disk; with more, new calls are refused rather than lost to the record."),
        ])

    private static let extensions = SettingSection(
        name: "extensions",
        shape: .numbered(
            noun: "extension", example: "101",
            open: { draft, number in
                draft.openExtension = ExtensionDraft()
                draft.openExtension.value.number = number.value
                draft.openExtension.value.displayName = number.value
                draft.openExtension.value.origin = number.origin
            }, close: { $0.extensions.append($0.openExtension) }),
        help: "An internal number with an owner; its phones register with this number and password.",
        settings: [
            .optional("name", \.extensionName, .displayName, example: "Anna Berg", "Shown to the people called."),
            .optional(
                "password", \.openExtension.password, .password, example: "two random words or more", isSecret: true,
                "What its phones register with; not the number, and not a word that everybody tries."),
            .optional(
                "digest-md5", \.openExtension.digestMD5, .hexadecimal(digits: 32), isSecret: true,
                "Instead of the password, with digest-sha256: MD5 of number:realm:password."),
            .optional(
                "digest-sha256", \.openExtension.digestSHA256, .hexadecimal(digits: 64), isSecret: true,
                "Instead of the password, with digest-md5: SHA-256 of number:realm:password."),
            .integer(
                "ring-seconds", \.openExtension.value.ringSeconds, 1...600, unit: "seconds",
                "How long its phones ring before the caller is told that nobody answered."),
            .integer(
                "contacts-max", \.openExtension.value.contactsMax, 1...100, unit: "phones",
                "Phones that may be registered at once."),
            .integer(
                "calls-max", \.openExtension.value.callsMax, 1...100_000, unit: "calls",
                "Calls that it may place or be in at once."),
            .text(
                "srtp", \.openExtension.value.encryption, .choice,
                """
                Encrypted audio: never, where the phone can (keys are offered on a plain line, which phones without \
                encryption ignore: RFC 8643), or always.
                """),
            .text(
                "srtp-keys", \.openExtension.value.keyExchange, .choice,
                "How its phones are offered keys: in SDP, or by DTLS with ICE as browsers want it."),
            .optional(
                "department", \.openExtension.value.department, .displayName, example: "Sales",
                "Where its owner belongs: found by who looks it up."),
            .optional(
                "pickup-group", \.openExtension.value.pickupGroup, .displayName, example: "Sales",
                "Extensions of the same group pick up for each other by *8; those without one belong together."),
            .optional(
                "mobile", \.openExtension.value.mobile, .phoneNumber, example: "+491701234567",
                "Another number of its owner, shown in the directory."),
            .optional(
                "email", \.openExtension.value.email, .mailAddress, example: "anna@example.com",
                "The mail address of its owner, shown in the directory."),
            .optional(
                "unix-user", \.openExtension.value.unixUser, .unixUser, example: "anna",
                "The account on this machine whose extension it is: it may change what its user may set himself."),
        ])

    private static let ringGroups = SettingSection(
        name: "ring-groups",
        shape: .numbered(
            noun: "ring group", example: "500",
            open: { draft, number in
                draft.openRingGroup = RingGroupDraft()
                draft.openRingGroup.value.number = number.value
                draft.openRingGroup.value.displayName = number.value
                draft.openRingGroup.value.origin = number.origin
            }, close: { $0.ringGroups.append($0.openRingGroup) }),
        help: "Extensions that ring together under one number; the first to answer has the call.",
        settings: [
            .optional("name", \.ringGroupName, .displayName, example: "Front desk", "Shown to people."),
            .list(
                "members", \.openRingGroup.members, .number, count: 1...ringGroupMembersMax,
                example: "[\"101\", \"102\"]", isRequired: true, "The extensions that ring."),
            .integer(
                "ring-seconds", \.openRingGroup.value.ringSeconds, 1...600, unit: "seconds",
                "How long they ring before the caller is told that nobody answered."),
        ])
}

extension SettingsCatalogue {
    private static let parking = SettingSection(
        name: "parking", shape: .single, help: "Where calls wait until somebody fetches them.",
        settings: [
            .list(
                "slots", \.parkingSlots, .number, count: 0...parkingSlotsMax, example: "[\"701\", \"702\"]",
                "Numbers of the slots, in the order in which they are filled; who dials one fetches the call there."),
            .integer(
                "seconds-max", \.parking.secondsMax, 5...86_400, unit: "seconds",
                "A call that waits longer rings who parked it."),
        ])

    private static let conferences = SettingSection(
        name: "conferences",
        shape: .numbered(
            noun: "conference", example: "800",
            open: { draft, number in
                draft.openConference = ConferenceRoom(
                    number: number.value, displayName: number.value, origin: number.origin)
            }, close: { $0.conferences.append($0.openConference) }),
        help: "A number whose callers all talk with each other.",
        settings: [
            .optional("name", \.conferenceName, .displayName, example: "Team room", "Shown to people."),
            .integer(
                "parties-max", \.openConference.partiesMax, 2...500, unit: "parties",
                "Callers at once; one more is told that it is busy."),
        ])

    private static let faxBoxes = SettingSection(
        name: "fax-boxes",
        shape: .numbered(
            noun: "fax box", example: "900",
            open: { draft, number in
                draft.openFaxBox = FaxBox(number: number.value, displayName: number.value, origin: number.origin)
            }, close: { $0.faxBoxes.append($0.openFaxBox) }),
        help: """
            A number that answers as a fax machine. What it receives lies in the state directory as PDF and TIFF, in \
            fax/NUMBER; pbxctl fax sends in its name.
            """,
        settings: [
            .optional(
                "name", \.faxBoxName, .displayName, example: "Office fax", "Shown to people, and above each page."),
            .optional(
                "station-identity", \.faxBoxIdentity, .stationIdentity, example: "+49 30 1234567",
                "What other fax machines show of it; its number, if not set."),
        ])
}

extension SettingsCatalogue {
    private static let contacts = SettingSection(
        name: "contacts",
        shape: .numbered(
            noun: "contact", example: "0301234567",
            open: { draft, number in
                draft.openContact = Contact(number: number.value, name: number.value, origin: number.origin)
            }, close: { $0.contacts.append($0.openContact) }),
        help: """
            Somebody outside, in the company's phone book: shown when this number calls, and found by who looks \
            somebody up. A number with + stands in quotes: [contacts."+49301234567"].
            """,
        settings: [
            .optional(
                "name", \.contactName, .displayName, example: "Theo Brandt", isRequired: true, "Who has this number."),
            .optional("company", \.openContact.company, .displayName, example: "Hafenwerke", "Where he works."),
            .optional("department", \.openContact.department, .displayName, example: "Sales", "In which part of it."),
            .optional(
                "email", \.openContact.email, .mailAddress, example: "theo@example.org", "His mail address."),
        ])
}

extension ConfigurationDraft {
    fileprivate var contactName: String? {
        get { nil }
        set { openContact.name = newValue ?? openContact.number }
    }

    fileprivate var conferenceName: String? {
        get { nil }
        set { openConference.displayName = newValue ?? openConference.number }
    }

    fileprivate var faxBoxName: String? {
        get { nil }
        set { openFaxBox.displayName = newValue ?? openFaxBox.number }
    }

    fileprivate var faxBoxIdentity: String? {
        get { nil }
        set { openFaxBox.stationIdentity = newValue ?? openFaxBox.number }
    }

    /// The name of the extension whose table is being read; nil while it is only the number.
    fileprivate var extensionName: String? {
        get { nil }
        set { openExtension.value.displayName = newValue ?? openExtension.value.number }
    }

    fileprivate var ringGroupName: String? {
        get { nil }
        set { openRingGroup.value.displayName = newValue ?? openRingGroup.value.number }
    }
}
