import PBXBase
import PBXModel
import Testing

@testable import PBXConfig

/// Not a hash: shows what the loader passes on.
let plainHasher: DigestHasher = { user, realm, password in
    DigestSecret(md5: "md5(\(user):\(realm):\(password))", sha256: "sha256(\(user):\(realm):\(password))")
}

let loader = ConfigurationLoader(hasher: plainHasher)

struct ConfigurationLoaderTests {
    @Test func typedValuesComeFromSeveralFiles() throws {
        let loaded = try loader.load(texts: [
            (
                "pbx.toml",
                """
                [server]
                domain = "PBX.Example.com"
                domains = ["phones.example.com"]
                [sip]
                listen = ["udp:192.0.2.1:5060", "tcp:[2001:db8::1]:5070"]
                nonce-seconds = 120
                [media]
                ports = "20000-20999"
                advertised = ["203.0.113.9"]
                codecs = ["PCMA"]
                [limits]
                calls-max = 200
                [control]
                socket = "/tmp/c.sock"
                admin = ["root", "@adm"]
                agent = ["anna"]
                [log]
                level = "debug"
                format = "json"
                [store]
                state-directory = "/srv/pbx"
                """
            ),
            (
                "conf.d/people.toml",
                """
                [sip]
                call-seconds-max = 3600
                [extensions.101]
                name = "Anna Berg"
                password = "copper lantern"
                ring-seconds = 20
                contacts-max = 2
                calls-max = 3
                [ring-groups.500]
                members = ["101"]
                """
            ),
        ])
        let directory = loaded.directory
        #expect(directory.realm == "pbx.example.com")
        #expect(directory.domains == ["pbx.example.com", "phones.example.com"])
        #expect(directory.sip.nonceSeconds == 120)
        #expect(directory.sip.callSecondsMax == 3_600)
        #expect(directory.sip.registrationSecondsMin == SIPSettings().registrationSecondsMin)
        #expect(directory.media.portLow == 20_000)
        #expect(directory.media.portHigh == 20_999)
        #expect(directory.media.advertisedIPv4 == IPAddress("203.0.113.9"))
        #expect(directory.media.ipv6 == .ipv6Any)
        #expect(directory.media.codecs == ["PCMA"])
        #expect(directory.limits.callsMax == 200)
        let anna = try #require(directory.extensions["101"])
        #expect(anna.displayName == "Anna Berg")
        #expect(anna.secret.md5 == "md5(101:pbx.example.com:copper lantern)")
        #expect(anna.secret.sha256 == "sha256(101:pbx.example.com:copper lantern)")
        #expect((anna.ringSeconds, anna.contactsMax, anna.callsMax) == (20, 2, 3))
        #expect(anna.origin == ConfigOrigin(file: "conf.d/people.toml", line: 3, column: 13))
        let group = try #require(directory.ringGroups["500"])
        #expect(group.members == ["101"])
        #expect(group.displayName == "500")
        #expect(group.ringSeconds == 30)
        let server = loaded.server
        #expect(server.listeners.map(\.description) == ["udp:192.0.2.1:5060", "tcp:[2001:db8::1]:5070"])
        #expect(server.control.admin == [.user("root"), .group("adm")])
        #expect(server.control.agent == [.user("anna")])
        #expect(server.control.socketPath == "/tmp/c.sock")
        #expect(server.log.level == .debug)
        #expect(server.log.format == .json)
        #expect(server.store.stateDirectory == "/srv/pbx")
        #expect(loaded.files == ["pbx.toml", "conf.d/people.toml"])
        #expect(loaded.origins["sip.call-seconds-max"] == ConfigOrigin(file: "conf.d/people.toml", line: 2, column: 1))
        #expect(loaded.warnings == [])
    }

    @Test func anEmptyFileGivesTheDefaultsAndAWarning() throws {
        let loaded = try loader.load(texts: [("pbx.toml", "")])
        #expect(loaded.directory.sip == SIPSettings())
        var media = MediaSettings()
        media.recordingFolder = "/var/lib/pbx-x/recordings"
        #expect(loaded.directory.media == media)
        #expect(loaded.directory.limits == Limits())
        #expect(loaded.directory.realm == "pbx-x")
        #expect(loaded.server.listeners.count == 4)
        #expect(loaded.server.log == LogSettings())
        #expect(loaded.server.control == ControlSettings())
        #expect(
            loaded.warnings.map(\.description) == [
                "pbx.toml: warning: no extension is defined, so no phone can register (add [extensions.101] "
                    + "with a password)"
            ])
    }

    @Test func musicThatIsNotThereIsNamed() throws {
        let text = "[media]\nhold-music = [\"/nowhere/hold.wav\"]\n[extensions.101]\npassword = \"harbour violet\"\n"
        let loaded = try loader.load(texts: [("pbx.toml", text)])
        #expect(
            loaded.warnings.map(\.description) == [
                "pbx.toml:2:15: warning: hold-music in [media]: \"/nowhere/hold.wav\" cannot be read: No such file or "
                    + "directory"
            ])
        #expect(loaded.directory.media.holdMusic == ["/nowhere/hold.wav"])
    }

    @Test func digestHashesReplaceAPassword() throws {
        let md5 = String(repeating: "aB", count: 16)
        let sha256 = String(repeating: "0f", count: 32)
        let loaded = try loader.load(texts: [
            ("pbx.toml", "[extensions.101]\ndigest-md5 = \"\(md5)\"\ndigest-sha256 = \"\(sha256)\"\n")
        ])
        let secret = try #require(loaded.directory.extensions["101"]?.secret)
        #expect(secret == DigestSecret(md5: md5.lowercased(), sha256: sha256))
    }

    @Test func theRealmMayDifferFromTheDomain() throws {
        let loaded = try loader.load(texts: [
            (
                "pbx.toml",
                """
                server = { domain = "pbx.example.com", realm = "Example Ltd" }
                extensions.101 = { password = "copper lantern" }
                """
            )
        ])
        #expect(loaded.directory.realm == "Example Ltd")
        #expect(loaded.directory.extensions["101"]?.secret.md5 == "md5(101:Example Ltd:copper lantern)")
    }

    @Test func whoIsInTheDirectoryIsRead() throws {
        let toml = """
            [extensions.101]
            name = "Anna Berg"
            password = "copper lantern"
            department = "Sales"
            mobile = "+49 170 1234567"
            email = "anna@example.com"
            unix-user = "anna"
            [contacts."+49301234567"]
            name = "Theo Brandt"
            company = "Hafenwerke"
            """
        let directory = try loader.load(texts: [("pbx.toml", toml)]).directory
        #expect(directory.extensions["101"]?.unixUser == "anna")
        #expect(
            directory.entries == [
                DirectoryEntry(
                    number: "101", name: "Anna Berg", department: "Sales", mobile: "+49 170 1234567",
                    email: "anna@example.com"),
                DirectoryEntry(
                    number: "+49301234567", name: "Theo Brandt", kind: .contact, company: "Hafenwerke"),
            ])
    }

    @Test func aUserHasOneExtension() throws {
        let toml = """
            [extensions.101]
            password = "copper lantern"
            unix-user = "anna"
            [extensions.102]
            password = "silver lantern"
            unix-user = "anna"
            """
        let error = try #require(throws: ConfigurationError.self) { try loader.load(texts: [("pbx.toml", toml)]) }
        #expect(
            error.findings.map(\.description) == [
                "pbx.toml:6:1: unix-user of extension \"102\": \"anna\" already has extension 101 (remove one)"
            ])
    }

    @Test func theDemoCompanyIsComplete() throws {
        let loaded = try loader.load(demo: DemoConfiguration(sipPort: 5_099, stateDirectory: "/tmp/a \"b\""))
        #expect(loaded.directory.extensions.count == 20)
        #expect(loaded.directory.extensions.keys.sorted() == (101...120).map(String.init))
        let last = try #require(loaded.directory.extensions["120"])
        #expect(last.secret.md5 == "md5(120:pbx-x.demo:demo-120)")
        #expect(last.origin.file == "demo")
        #expect(loaded.directory.ringGroups["500"]?.members == ["101", "102", "103", "104", "105"])
        #expect(loaded.directory.domains == ["pbx-x.demo", "localhost", "127.0.0.1", "[::1]"])
        #expect(
            loaded.server.listeners.map(\.description) == [
                "udp:127.0.0.1:5099", "tcp:127.0.0.1:5099", "udp:[::1]:5099", "tcp:[::1]:5099",
            ])
        #expect(loaded.directory.media.ipv4 == .ipv4Loopback)
        #expect(loaded.directory.media.ipv6 == .ipv6Loopback)
        #expect(loaded.server.store.stateDirectory == "/tmp/a \"b\"")
        #expect(loaded.server.control.socketPath == "/tmp/a \"b\"/control.sock")
        #expect(loaded.warnings == [])
    }

    @Test(arguments: [1, 5_060, 16_384, 25_060, 32_767, 40_000, 65_535] as [UInt16])
    func theDemoRunsOnAnyPort(port: UInt16) throws {
        let media = try loader.load(demo: DemoConfiguration(sipPort: port, stateDirectory: "/tmp/x")).directory.media
        #expect(!(media.portLow...media.portHigh).contains(port))
    }
}
