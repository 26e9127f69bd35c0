import Glibc
import PBXBase
import PBXModel

/// Reads, checks and assembles the configuration: all of it or nothing, with every finding of all files in one go.
package struct ConfigurationLoader: Sendable {
    private let hasher: DigestHasher
    private let factory: FactoryMedia

    /// - Parameter factory: sound that is there without being configured.
    package init(factory: FactoryMedia = FactoryMedia(), hasher: @escaping DigestHasher) {
        self.factory = factory
        self.hasher = hasher
    }

    /// Loads `path` (the main file, or the folder of `pbx.toml`) and then the `conf.d/*.toml` beside it in byte order.
    /// Throws every finding when one of them is an error.
    package func load(path: String) throws(ConfigurationError) -> LoadedConfiguration {
        let files = ConfigFiles(path: path)
        return try assemble(files.texts, findings: files.findings, mainFile: files.mainFile, passwords: .strict)
    }

    /// Loads TOML texts as if they were files of these names.
    package func load(texts: [(file: String, toml: String)]) throws(ConfigurationError) -> LoadedConfiguration {
        let texts = texts.map { ConfigText(file: $0.file, bytes: Array($0.toml.utf8)) }
        return try assemble(texts, findings: [], mainFile: texts.first?.file ?? "pbx.toml", passwords: .strict)
    }

    /// The factory's demo company, through the same parsing and checks but for its well-known passwords.
    package func load(demo: DemoConfiguration) throws(ConfigurationError) -> LoadedConfiguration {
        let text = ConfigText(file: DemoConfiguration.file, bytes: Array(demo.toml.utf8))
        return try assemble([text], findings: [], mainFile: text.file, passwords: .demo)
    }

    private func assemble(
        _ texts: [ConfigText], findings fileFindings: [ConfigFinding], mainFile: String, passwords: PasswordPolicy
    ) throws(ConfigurationError) -> LoadedConfiguration {
        var findings = fileFindings
        var reader = ConfigurationReader()
        for text in texts {
            do throws(TOMLFailure) {
                reader.read(try TOMLDocument(text))
            } catch {
                findings.append(ConfigFinding(.error, error.origin, error.text))
            }
        }
        let isIncomplete = !findings.isEmpty
        findings += reader.findings
        let check = ConfigurationCheck(
            reader.draft, passwords: passwords, isIncomplete: isIncomplete, mainFile: mainFile)
        findings += check.findings
        findings += exposedPasswords(in: texts, reader.draft)
        findings += unreadableMusic(reader.draft)
        findings = sorted(findings, files: [mainFile] + texts.map(\.file))
        guard !findings.contains(where: { $0.severity == .error }) else {
            throw ConfigurationError(findings: findings)
        }
        return LoadedConfiguration(
            directory: reader.draft.directory(factory: factory, hasher: hasher), server: reader.draft.serverSettings,
            origins: reader.draft.origins, warnings: findings, files: texts.map(\.file))
    }

    private func exposedPasswords(in texts: [ConfigText], _ draft: ConfigurationDraft) -> [ConfigFinding] {
        let files = Set(
            draft.extensions.compactMap { draft.origins["extensions.\($0.value.number).password"]?.file })
        return texts.filter { $0.isWorldReadable && files.contains($0.file) }.map { text in
            ConfigFinding(
                .warning, ConfigOrigin(file: text.file, line: 0),
                "holds passwords and can be read by every user of this machine (chmod 640, group of the daemon)")
        }
    }

    private func unreadableMusic(_ draft: ConfigurationDraft) -> [ConfigFinding] {
        draft.holdMusic.filter { access($0.value, R_OK) != 0 }.map { file in
            let reason = String(cString: strerror(errno))
            return ConfigFinding(
                .warning, file.origin, "hold-music in [media]: \(quoted(file.value)) cannot be read: \(reason)")
        }
    }

    /// In the order of the files, then of lines and columns; what is equal in place stays in the order found.
    private func sorted(_ findings: [ConfigFinding], files: [String]) -> [ConfigFinding] {
        var order: [String: Int] = [:]
        for (index, file) in files.enumerated() where order[file] == nil { order[file] = index }
        let rank = { (finding: ConfigFinding) in
            (order[finding.origin.file] ?? files.count, finding.origin.line, finding.origin.column)
        }
        return findings.enumerated()
            .sorted { left, right in
                let (leftRank, rightRank) = (rank(left.element), rank(right.element))
                return leftRank == rightRank ? left.offset < right.offset : leftRank < rightRank
            }
            .map(\.element)
    }
}

extension ConfigurationDraft {
    static let realmDefault = "pbx-x"

    /// The checked draft as what calls are decided by.
    fileprivate func directory(factory: FactoryMedia, hasher: DigestHasher) -> Directory {
        let realm = realm ?? domain ?? Self.realmDefault
        var media = media
        media.ipv4 = mediaAddresses.first { !$0.value.isIPv6 }?.value
        media.ipv6 = mediaAddresses.first { $0.value.isIPv6 }?.value
        media.advertisedIPv4 = advertisedAddresses.first { !$0.value.isIPv6 }?.value
        media.advertisedIPv6 = advertisedAddresses.first { $0.value.isIPv6 }?.value
        media.codecs = codecs.map(\.value)
        media.holdMusic = holdMusic.isEmpty ? factory.holdMusic : holdMusic.map(\.value)
        media.promptFolder = factory.promptFolder
        media.recordingFolder = store.stateDirectory + "/recordings"
        var parking = parking
        parking.slots = parkingSlots.map(\.value)
        parking.origin = parkingSlots.first?.origin
        let extensions = extensions.map { item in
            var value = item.value
            value.secret =
                item.password.map { hasher(value.number, realm, $0) }
                ?? DigestSecret(md5: item.digestMD5 ?? "", sha256: item.digestSHA256 ?? "")
            return (value.number, value)
        }
        let groups = ringGroups.map { item in
            var value = item.value
            value.members = item.members.map(\.value)
            return (value.number, value)
        }
        let boxes = faxBoxes.map { box in
            var value = box
            value.folder = "\(store.stateDirectory)/fax/\(box.number)"
            return (value.number, value)
        }
        return Directory(
            realm: realm,
            domains: Set(domains.map { $0.value.lowercased() } + [domain].compactMap { $0?.lowercased() }),
            extensions: Dictionary(extensions) { first, _ in first },
            ringGroups: Dictionary(groups) { first, _ in first },
            conferences: Dictionary(conferences.map { ($0.number, $0) }) { first, _ in first },
            faxBoxes: Dictionary(boxes) { first, _ in first },
            contacts: Dictionary(contacts.map { ($0.number, $0) }) { first, _ in first }, parking: parking,
            sip: sip,
            media: media, limits: limits)
    }

    fileprivate var serverSettings: ServerSettings {
        var control = control
        control.admin = admins.map(\.value)
        control.supervisor = supervisors.map(\.value)
        control.agent = agents.map(\.value)
        control.user = users.map(\.value)
        return ServerSettings(
            listeners: listeners.map(\.value), control: control, log: log, store: store,
            drainSecondsMax: drainSecondsMax)
    }
}
