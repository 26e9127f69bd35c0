import PBXModel
import Testing

@testable import PBXConfig

/// A file and exactly what is said about it.
struct BadFile: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var toml: String
    var findings: [String]

    init(_ name: String, _ toml: String, _ findings: String...) {
        testDescription = name
        self.toml = toml
        self.findings = findings
    }
}

/// Something to be found besides: keeps the warning about an empty company away.
private let anna = "extensions.101.password = \"copper lantern\"\n"

func findings(in texts: [(file: String, toml: String)]) -> [String] {
    do throws(ConfigurationError) {
        return try loader.load(texts: texts).warnings.map(\.description)
    } catch {
        return error.findings.map(\.description)
    }
}

struct ConfigFindingTests {
    @Test(arguments: [
        BadFile(
            "unknown section", anna + "[extentions.102]\n",
            "pbx.toml:2:2: unknown section \"extentions\" (did you mean extensions?)"),
        BadFile("unknown section, no idea", anna + "[weather]\n", "pbx.toml:2:2: unknown section \"weather\""),
        BadFile(
            "setting outside", "listen = []\n" + anna,
            "pbx.toml:1:1: listen stands in no section (put it below [sip])"),
        BadFile(
            "section as value", "sip = 5\n" + anna, "pbx.toml:1:1: sip must be a table (write [sip])"),
        BadFile(
            "unknown setting", anna + "[sip]\nnonce_seconds = 5\n",
            "pbx.toml:3:1: unknown setting \"nonce_seconds\" in [sip] (did you mean nonce-seconds?)"),
        BadFile(
            "setting in the wrong section", anna + "[server]\nworkers = 5\n",
            "pbx.toml:3:1: unknown setting \"workers\" in [server] (it belongs below [media])"),
        BadFile(
            "text for number", anna + "[sip]\nnonce-seconds = \"30\"\n",
            "pbx.toml:3:17: nonce-seconds in [sip] is the text \"30\", but must be a whole number (write "
                + "nonce-seconds = 30)"
        ),
        BadFile(
            "number out of range", anna + "[sip]\nnonce-seconds = 1\n",
            "pbx.toml:3:17: nonce-seconds in [sip] is 1, but must be 10 to 86400 seconds"),
        BadFile(
            "number for text", anna + "[extensions.102]\nname = 102\npassword = \"violet harbour\"\n",
            "pbx.toml:3:8: name in extension \"102\" is the number 102, but must be a text (write name = \"102\")"),
        BadFile(
            "text for list", anna + "[sip]\nlisten = \"udp:0.0.0.0:5060\"\n",
            "pbx.toml:3:10: listen in [sip] is the text \"udp:0.0.0.0:5060\", but must be a list "
                + "(write listen = [\"udp:0.0.0.0:5060\"])"),
        BadFile(
            "empty list", anna + "[sip]\nlisten = []\n",
            "pbx.toml:3:10: listen in [sip] is empty, but must have 1 to 32"),
        BadFile(
            "listener without transport", anna + "[sip]\nlisten = [\"udp:0.0.0.0:5060\", \"0.0.0.0:5061\"]\n",
            "pbx.toml:3:31: listen in [sip] has \"0.0.0.0:5061\", but must be transport:address:port, such as "
                + "\"udp:0.0.0.0:5060\" (did you mean \"udp:0.0.0.0:5061\"?)"),
        BadFile(
            "listener overlap", anna + "[sip]\nlisten = [\"udp:0.0.0.0:5060\", \"udp:127.0.0.1:5060\"]\n",
            "pbx.toml:3:31: listen in [sip]: \"udp:127.0.0.1:5060\" overlaps \"udp:0.0.0.0:5060\" (remove one)"),
        BadFile(
            "listener twice", anna + "[sip]\nlisten = [\"tcp:127.0.0.1:5060\", \"tcp:127.0.0.1:5060\"]\n",
            "pbx.toml:3:33: listen in [sip]: \"tcp:127.0.0.1:5060\" is listed twice (remove one)"),
        BadFile(
            "listener in media ports", anna + "[sip]\nlisten = [\"udp:127.0.0.1:20000\"]\n",
            "pbx.toml:3:11: listen in [sip]: port 20000 of \"udp:127.0.0.1:20000\" lies within the media ports "
                + "16384-32767 "
                + "(choose ports in [media] that leave it out)"),
        BadFile(
            "misspelt choice", anna + "[log]\nlevel = \"warn\"\nformat = \"jsn\"\n",
            "pbx.toml:3:9: level in [log] is \"warn\", but must be one of trace, debug, info, notice, warning, "
                + "error, critical",
            "pbx.toml:4:10: format in [log] is \"jsn\", but must be one of human, json (did you mean \"json\"?)"),
        BadFile(
            "ports swapped", anna + "media.ports = \"3000-2000\"\n",
            "pbx.toml:2:7: ports in [media] \"3000-2000\": the first is above the last (swap them)"),
        BadFile(
            "ports odd", anna + "media.ports = \"7001-9000\"\n",
            "pbx.toml:2:7: ports in [media] \"7001-9000\": the first must be even, as RTP takes the even port "
                + "(start at 7000)"
        ),
        BadFile(
            "ports too few", anna + "media.ports = \"3000-3001\"\n",
            "pbx.toml:2:7: ports in [media] \"3000-3001\": too small for one call (a call takes four ports)"),
        BadFile(
            "ports for fewer calls than allowed", anna + "media.ports = \"3000-3999\"\n",
            "pbx.toml:2:7: warning: ports in [media] \"3000-3999\" are enough for 250 calls, but calls-max in "
                + "[limits] is 2000 "
                + "(a call takes four ports)"),
        BadFile(
            "registration times", anna + "[sip]\nregistration-seconds-min = 900\n",
            "pbx.toml:3:1: registration-seconds-default (600) is not between registration-seconds-min (900) and "
                + "registration-seconds-max (7200)"),
        BadFile(
            "media family missing",
            anna + "[media]\naddresses = [\"192.0.2.1\", \"192.0.2.2\"]\n[sip]\n"
                + "listen = [\"udp:[::]:5060\"]\n",
            "pbx.toml:3:27: addresses in [media]: IPv4 is given twice (one address per family)",
            "pbx.toml:5:11: warning: listen in [sip]: \"udp:[::]:5060\" takes calls over IPv6, but addresses in "
                + "[media] has no "
                + "IPv6 address (calls there will have no audio)"),
        BadFile(
            "advertised wildcard", anna + "media.advertised = [\"0.0.0.0\"]\n",
            "pbx.toml:2:21: advertised in [media]: 0.0.0.0 is no address that a phone could send to"),
        BadFile(
            "codec twice", anna + "media.codecs = [\"PCMA\", \"pcma\"]\n",
            "pbx.toml:2:25: codecs in [media]: \"pcma\" is listed twice (remove one)"),
        BadFile(
            "role twice", anna + "[control]\nadmin = [\"anna\"]\nagent = [\"anna\"]\n",
            "pbx.toml:4:10: warning: agent in [control]: \"anna\" is already admin at pbx.toml:3:10 and stays it"),
        BadFile(
            "relative path", anna + "store.state-directory = \"var\"\n",
            "pbx.toml:2:25: state-directory in [store] is \"var\", but must be an absolute path, such as "
                + "\"/var/lib/pbx-x\""
        ),
    ])
    func settings(_ file: BadFile) {
        #expect(findings(in: [("pbx.toml", file.toml)]) == file.findings)
    }

    @Test(arguments: [
        BadFile(
            "no password", "[extensions.101]\nname = \"Anna\"\n",
            "pbx.toml:1:13: extension \"101\" has no password (write password = \"…\")"),
        BadFile(
            "empty password", "[extensions.101]\npassword = \"\"\n",
            "pbx.toml:2:12: password in extension \"101\" must be 1 to 128 characters on one line"),
        BadFile(
            "number as password", "[extensions.101]\npassword = 101\n",
            "pbx.toml:2:12: password in extension \"101\" must be a text in quotes"),
        BadFile(
            "password is the number", "[extensions.101]\npassword = \"101\"\n",
            "pbx.toml:2:1: the password of extension \"101\" is its own number (choose one that is hard to guess)"),
        BadFile(
            "everybody's password", "[extensions.101]\npassword = \"Password1\"\n",
            "pbx.toml:2:1: the password of extension \"101\" is among the first that everybody tries "
                + "(choose one that is hard to guess)"),
        BadFile(
            "short password", "[extensions.101]\npassword = \"kx7qd\"\n",
            "pbx.toml:2:1: warning: the password of extension \"101\" has fewer than 8 characters"),
        BadFile(
            "one hash only", "[extensions.101]\ndigest-md5 = \"\(String(repeating: "0", count: 32))\"\n",
            "pbx.toml:1:13: extension \"101\" has no digest-sha256 (phones choose either hash: give both, or a "
                + "password)"
        ),
        BadFile(
            "hash too short",
            "[extensions.101]\ndigest-md5 = \"00\"\ndigest-sha256 = \"\(String(repeating: "0", count: 64))\"\n",
            "pbx.toml:2:14: digest-md5 in extension \"101\" must be 32 hexadecimal digits"),
        BadFile(
            "feature code", anna + "[extensions.\"*70\"]\npassword = \"violet harbour\"\n",
            "pbx.toml:2:13: extension \"*70\": numbers that start with * are feature codes (choose another number)"),
        BadFile(
            "not dialable", anna + "[extensions.\"1 0\"]\npassword = \"violet harbour\"\n",
            "pbx.toml:2:13: extension \"1 0\": a number has 1 to 32 digits (letters and -_.+ are allowed too)"),
        BadFile(
            "settings without a number", anna + "[extensions]\nname = \"Anna\"\n",
            "pbx.toml:2:1: \"extensions\" is already defined at pbx.toml:1:1 (remove one of the two)"),
        BadFile(
            "setting of all extensions",
            "[extensions]\nring-seconds = 5\n[extensions.101]\npassword = \"violet harbour\"\n",
            "pbx.toml:2:1: extension \"ring-seconds\" must be a table "
                + "(ring-seconds belongs to one extension: put it below [extensions.101])"),
        BadFile(
            "extension and ring group", anna + "[ring-groups.101]\nmembers = [\"101\"]\n",
            "pbx.toml:2:14: ring group \"101\" is already an extension at pbx.toml:1:12 (remove one of the two)"),
        BadFile(
            "unknown member",
            """
            [ring-groups.500]
            members = ["101", "110"]
            [extensions.101]
            password = "copper lantern"
            [extensions.111]
            password = "violet harbour"
            [extensions.119]
            password = "amber workshop"
            """,
            "pbx.toml:2:19: unknown extension 110 in ring group \"500\" (did you mean 111?)"),
        BadFile(
            "member twice and group in group",
            anna + "[ring-groups.500]\nmembers = [\"101\", \"101\", \"501\"]\n[ring-groups.501]\nmembers = [\"101\"]\n",
            "pbx.toml:3:19: extension 101 is listed twice in ring group \"500\" (remove one)",
            "pbx.toml:3:26: 501 in ring group \"500\" is a ring group (list its extensions instead)"),
        BadFile(
            "no members", anna + "[ring-groups.500]\nname = \"Front desk\"\n",
            "pbx.toml:2:14: ring group \"500\" has no members (write members = [\"101\", \"102\"])"),
        BadFile(
            "member as number", anna + "[ring-groups.500]\nmembers = [101]\n",
            "pbx.toml:3:12: members in ring group \"500\" has the number 101, but must be a text (write \"101\")"),
    ])
    func extensionsAndGroups(_ file: BadFile) {
        #expect(findings(in: [("pbx.toml", file.toml)]) == file.findings)
    }

    @Test(arguments: [
        BadFile("unfinished header", "[sip\n", "pbx.toml:1:5: syntax error in table header: expected ']', saw '\\n'"),
        BadFile(
            "text without quotes", "[extensions.101]\nname = Anna\n",
            "pbx.toml:2:8: syntax error in value: could not determine value type (a text needs quotes: name = \"Anna\")"
        ),
        BadFile(
            "table twice", "[extensions.101]\npassword = \"copper lantern\"\n\n[extensions.101]\n",
            "pbx.toml:4:1: \"extensions.101\" is already defined at pbx.toml:1:13 (remove one of the two)"),
        BadFile(
            "key twice", "[sip]\nnonce-seconds = 10\n[log]\nlevel = \"info\"\nlevel = \"debug\"\n",
            "pbx.toml:5:1: \"level\" is already defined at pbx.toml:4:1 (remove one of the two)"),
    ])
    func syntax(_ file: BadFile) {
        #expect(findings(in: [("pbx.toml", file.toml)]) == file.findings)
    }

    @Test func invalidUTF8IsASyntaxErrorWithAPlace() {
        let text = ConfigText(file: "x.toml", bytes: Array("a = \"".utf8) + [0xFF, 0x22])
        #expect(throws: TOMLFailure.self) { try TOMLDocument(text) }
    }

    @Test func anEndlessLineIsRefusedBeforeParsing() {
        let line = Array(repeating: "a", count: 20_000).joined(separator: ".")
        #expect(
            findings(in: [("pbx.toml", "\n\(line) = 1\n")]) == [
                "pbx.toml:2:1: line is longer than 16384 bytes (break the list into several lines)"
            ])
    }

    @Test func nestingBeyondAnySettingIsJustAnError() {
        let deep = "[sip]\nlisten = " + String(repeating: "[", count: 100) + String(repeating: "]", count: 100) + "\n"
        #expect(
            findings(in: [("pbx.toml", anna + deep)]) == [
                "pbx.toml:3:11: listen in [sip] has a list, but must be a text"
            ])
    }

    @Test func theSameThingInTwoFilesNamesBothPlaces() {
        let found = findings(in: [
            ("pbx.toml", anna + "[sip]\nnonce-seconds = 60\n"),
            ("conf.d/a.toml", "[sip]\nnonce-seconds = 60\n[extensions.101]\npassword = \"violet harbour\"\n"),
        ])
        #expect(
            found == [
                "conf.d/a.toml:2:1: nonce-seconds in [sip] is already set at pbx.toml:3:1 (remove one of the two)",
                "conf.d/a.toml:3:13: extension \"101\" is already defined at pbx.toml:1:12 (remove one of the two)",
            ])
    }

    @Test func severalMistakesInSeveralFilesComeInOneGoAndInOrder() {
        let found = findings(in: [
            (
                "pbx.toml",
                """
                [sip]
                nonce-secnds = 60
                listen = ["udp:0.0.0.0:5060", "sctp:0.0.0.0:5060"]
                [log]
                level = "loud"
                """
            ),
            ("conf.d/10-broken.toml", "[extensions.102]\npassword = \n"),
            ("conf.d/20-groups.toml", "[ring-groups.500]\nmembers = [\"102\"]\nring-seconds = 0\n"),
            ("conf.d/30-people.toml", "[extensions.103]\npassword = \"1234\"\n"),
        ])
        #expect(
            found == [
                "pbx.toml:2:1: unknown setting \"nonce-secnds\" in [sip] (did you mean nonce-seconds?)",
                "pbx.toml:3:31: listen in [sip] has \"sctp:0.0.0.0:5060\", but must be transport:address:port, such as "
                    + "\"udp:0.0.0.0:5060\"",
                "pbx.toml:5:9: level in [log] is \"loud\", but must be one of trace, debug, info, notice, "
                    + "warning, error, "
                    + "critical",
                // 102 stands in a file that could not be read to its end, so nobody calls it unknown.
                "conf.d/10-broken.toml:2:12: syntax error in key-value pair: expected value, saw '\\n'",
                "conf.d/20-groups.toml:3:16: ring-seconds in ring group \"500\" is 0, but must be 1 to 600 seconds",
                "conf.d/30-people.toml:2:1: the password of extension \"103\" is a run of neighbours such as 12345 "
                    + "(choose one that is hard to guess)",
            ])
    }

    @Test func aPasswordIsNeverRepeated() {
        for password in ["\"password\"", "\"1234\"", "\"\\u0007bell\"", "1234567", "true", "[\"hunter\"]"] {
            let found = findings(in: [("pbx.toml", "[extensions.101]\npassword = \(password)\n")]).joined()
            let secret = password.filter { $0.isLetter || $0.isNumber }
            #expect(!found.isEmpty && !found.contains("\"\(secret)\"") && !found.contains("hunter"))
        }
    }
}
