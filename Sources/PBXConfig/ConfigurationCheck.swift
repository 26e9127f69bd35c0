import PBXBase
import PBXModel

/// What can only be judged with all files read: values that have to fit each other.
struct ConfigurationCheck {
    private let draft: ConfigurationDraft
    private let passwords: PasswordPolicy
    /// A file could not be read, so what seems unknown may stand there.
    private let isIncomplete: Bool
    /// Where a finding about the whole is reported.
    private let mainFile: ConfigOrigin
    private(set) var findings: [ConfigFinding] = []

    /// Fewer port pairs than one call takes.
    static let mediaPairsMin = 2

    init(_ draft: ConfigurationDraft, passwords: PasswordPolicy, isIncomplete: Bool, mainFile: String) {
        self.draft = draft
        self.passwords = passwords
        self.isIncomplete = isIncomplete
        self.mainFile = ConfigOrigin(file: mainFile, line: 0)
        checkRegistrationTimes()
        checkListeners()
        checkPorts()
        checkMediaAddresses()
        checkCodecs()
        checkRoles()
        checkExtensions()
        checkRingGroups()
        checkConferences()
        checkFaxBoxes()
        checkContacts()
        checkParking()
    }

    private mutating func checkRegistrationTimes() {
        let (low, usual, high) = (
            draft.sip.registrationSecondsMin, draft.sip.registrationSecondsDefault, draft.sip.registrationSecondsMax
        )
        if low > high {
            error(
                origin("sip.registration-seconds-min", "sip.registration-seconds-max"),
                "registration-seconds-min (\(low)) is above registration-seconds-max (\(high))")
        } else if !(low...high).contains(usual) {
            error(
                origin(
                    "sip.registration-seconds-default", "sip.registration-seconds-min", "sip.registration-seconds-max"),
                "registration-seconds-default (\(usual)) is not between registration-seconds-min (\(low)) and "
                    + "registration-seconds-max (\(high))")
        }
    }

    private mutating func checkListeners() {
        let mediaPorts = draft.mediaPorts
        var portsReported: Set<UInt16> = []
        for (index, listener) in draft.listeners.enumerated() {
            if let other = draft.listeners[..<index].first(where: { $0.value.overlaps(listener.value) }) {
                let words =
                    other.value == listener.value ? "is listed twice" : "overlaps \(quoted(other.value.description))"
                error(listener.origin, "listen in [sip]: \(quoted(listener.value.description)) \(words) (remove one)")
            }
            let port = listener.value.endpoint.port
            if listener.value.transport == .udp, mediaPorts.low <= port, port <= mediaPorts.high,
                portsReported.insert(port).inserted
            {
                error(
                    listener.origin.line == 0 ? origin("media.ports") : listener.origin,
                    "listen in [sip]: port \(port) of \(quoted(listener.value.description)) lies within the "
                        + "media ports \(mediaPorts.low)-\(mediaPorts.high) "
                        + "(choose ports in [media] that leave it out)")
            }
        }
    }

    private mutating func checkPorts() {
        let ports = draft.mediaPorts
        let place = origin("media.ports")
        let text = quoted("\(ports.low)-\(ports.high)")
        guard ports.low <= ports.high else {
            return error(place, "ports in [media] \(text): the first is above the last (swap them)")
        }
        guard ports.low >= 1_024 else {
            return error(place, "ports in [media] \(text): ports below 1024 are for system services (start at 16384)")
        }
        guard ports.low.isMultiple(of: 2) else {
            return error(
                place,
                "ports in [media] \(text): the first must be even, as RTP takes the even port (start at "
                    + "\(ports.low - 1))"
            )
        }
        let pairs = (Int(ports.high) - Int(ports.low) + 1) / 2
        guard pairs >= Self.mediaPairsMin else {
            return error(place, "ports in [media] \(text): too small for one call (a call takes four ports)")
        }
        if pairs < 2 * draft.limits.callsMax {
            warn(
                origin("media.ports", "limits.calls-max"),
                "ports in [media] \(text) are enough for \(pairs / 2) calls, but calls-max in [limits] is "
                    + "\(draft.limits.callsMax) (a call takes four ports)")
        }
    }

    private mutating func checkMediaAddresses() {
        for (index, address) in draft.mediaAddresses.enumerated()
        where draft.mediaAddresses[..<index].contains(where: { $0.value.isIPv6 == address.value.isIPv6 }) {
            error(
                address.origin, "addresses in [media]: \(family(address.value)) is given twice (one address per family)"
            )
        }
        for (index, address) in draft.advertisedAddresses.enumerated() {
            if draft.advertisedAddresses[..<index].contains(where: { $0.value.isIPv6 == address.value.isIPv6 }) {
                error(
                    address.origin,
                    "advertised in [media]: \(family(address.value)) is given twice (one address per family)")
            }
            if address.value.isUnspecified {
                error(
                    address.origin, "advertised in [media]: \(address.value) is no address that a phone could send to")
            }
        }
        for listener in draft.listeners
        where !draft.mediaAddresses.contains(where: { $0.value.isIPv6 == listener.value.endpoint.address.isIPv6 }) {
            let family = family(listener.value.endpoint.address)
            warn(
                listener.origin.line == 0 ? origin("media.addresses") : listener.origin,
                "listen in [sip]: \(quoted(listener.value.description)) takes calls over \(family), but addresses in "
                    + "[media] has no \(family) address (calls there will have no audio)")
        }
    }

    private mutating func checkCodecs() {
        for (index, codec) in draft.codecs.enumerated()
        where draft.codecs[..<index].contains(where: { $0.value.lowercased() == codec.value.lowercased() }) {
            error(codec.origin, "codecs in [media]: \(quoted(codec.value)) is listed twice (remove one)")
        }
    }

    private mutating func checkRoles() {
        var roles: [UnixPrincipal: (role: String, origin: ConfigOrigin)] = [:]
        let lists = [
            ("admin", draft.admins), ("supervisor", draft.supervisors), ("agent", draft.agents), ("user", draft.users),
        ]
        for (role, principals) in lists {
            for principal in principals {
                if let first = roles[principal.value] {
                    warn(
                        principal.origin,
                        "\(role) in [control]: \(quoted(principal.value.description)) is already \(first.role) at "
                            + "\(first.origin) and stays it")
                } else {
                    roles[principal.value] = (role, principal.origin)
                }
            }
        }
    }

    private mutating func checkExtensions() {
        if draft.extensions.count > SettingsCatalogue.extensionsMax {
            error(mainFile, "\(draft.extensions.count) extensions are more than \(SettingsCatalogue.extensionsMax)")
        }
        if draft.extensions.isEmpty, !isIncomplete {
            warn(mainFile, "no extension is defined, so no phone can register (add [extensions.101] with a password)")
        }
        for item in draft.extensions { checkSecret(of: item) }
        checkOwners()
    }

    private mutating func checkOwners() {
        var numbers: [String: String] = [:]
        for item in draft.extensions {
            guard let user = item.value.unixUser else { continue }
            let number = item.value.number
            if let other = numbers[user] {
                error(
                    origin("extensions.\(number).unix-user"),
                    "unix-user of extension \(quoted(number)): \(quoted(user)) already has extension \(other) "
                        + "(remove one)")
            } else {
                numbers[user] = number
            }
        }
    }

    private mutating func checkSecret(of item: ExtensionDraft) {
        let number = item.value.number
        let path = "extensions.\(number)"
        let subject = "extension \(quoted(number))"
        let isSet = { [origins = draft.origins] (key: String) in origins["\(path).\(key)"] != nil }
        let hasDigest = isSet("digest-md5") || isSet("digest-sha256")
        if isSet("password"), hasDigest {
            error(
                origin("\(path).digest-md5", "\(path).digest-sha256"),
                "\(subject) has a password and digest hashes (keep one kind)")
        } else if hasDigest, !(isSet("digest-md5") && isSet("digest-sha256")) {
            let missing = isSet("digest-md5") ? "digest-sha256" : "digest-md5"
            error(
                item.value.origin, "\(subject) has no \(missing) (phones choose either hash: give both, or a password)")
        } else if !isSet("password"), !hasDigest {
            error(item.value.origin, "\(subject) has no password (write password = \"…\")")
        }
        guard let password = item.password else { return }
        switch passwords.verdict(on: password, number: number, name: item.value.displayName) {
        case .good: break
        case .weak(let text): warn(origin("\(path).password"), "the password of \(subject) \(text)")
        case .refused(let text):
            error(origin("\(path).password"), "the password of \(subject) \(text) (choose one that is hard to guess)")
        }
    }

    private mutating func checkConferences() {
        guard draft.conferences.count > SettingsCatalogue.conferencesMax else { return }
        error(mainFile, "\(draft.conferences.count) conferences are more than \(SettingsCatalogue.conferencesMax)")
    }

    private mutating func checkFaxBoxes() {
        guard draft.faxBoxes.count > SettingsCatalogue.faxBoxesMax else { return }
        error(mainFile, "\(draft.faxBoxes.count) fax boxes are more than \(SettingsCatalogue.faxBoxesMax)")
    }

    private mutating func checkContacts() {
        guard draft.contacts.count > SettingsCatalogue.contactsMax else { return }
        error(mainFile, "\(draft.contacts.count) contacts are more than \(SettingsCatalogue.contactsMax)")
    }

    private mutating func checkParking() {
        var seen: Set<String> = []
        let taken = Set(
            draft.extensions.map(\.value.number) + draft.ringGroups.map(\.value.number)
                + draft.conferences.map(\.number) + draft.faxBoxes.map(\.number))
        for slot in draft.parkingSlots {
            if !seen.insert(slot.value).inserted {
                error(slot.origin, "slot \(slot.value) is listed twice in [parking] (remove one)")
            } else if taken.contains(slot.value) {
                error(
                    slot.origin, "slot \(slot.value) in [parking] is the number of something else (choose another)")
            }
        }
    }

    private mutating func checkRingGroups() {
        if draft.ringGroups.count > SettingsCatalogue.ringGroupsMax {
            error(mainFile, "\(draft.ringGroups.count) ring groups are more than \(SettingsCatalogue.ringGroupsMax)")
        }
        let extensions = Set(draft.extensions.map(\.value.number))
        let groups = Set(draft.ringGroups.map(\.value.number))
        for group in draft.ringGroups {
            let subject = "ring group \(quoted(group.value.number))"
            var seen: Set<String> = []
            for member in group.members {
                if !seen.insert(member.value).inserted {
                    error(member.origin, "extension \(member.value) is listed twice in \(subject) (remove one)")
                } else if groups.contains(member.value) {
                    error(member.origin, "\(member.value) in \(subject) is a ring group (list its extensions instead)")
                } else if !extensions.contains(member.value), !isIncomplete {
                    let hint = didYouMean(member.value, among: extensions)
                    error(member.origin, "unknown extension \(member.value) in \(subject)\(hint)")
                }
            }
        }
    }

    /// Where the first of these settings was set, else the main file as a whole.
    private func origin(_ names: String...) -> ConfigOrigin {
        names.lazy.compactMap { draft.origins[$0] }.first ?? mainFile
    }

    private func family(_ address: IPAddress) -> String { address.isIPv6 ? "IPv6" : "IPv4" }

    private mutating func error(_ origin: ConfigOrigin, _ message: String) {
        findings.append(ConfigFinding(.error, origin, message))
    }

    private mutating func warn(_ origin: ConfigOrigin, _ message: String) {
        findings.append(ConfigFinding(.warning, origin, message))
    }
}
