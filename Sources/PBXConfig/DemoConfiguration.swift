/// The factory's demo company: what `pbxd --demo` runs, as TOML text for the same loader as everything else. It listens
/// on loopback only, because its passwords are known to everybody.
package struct DemoConfiguration: Hashable, Sendable {
    /// The origin that its values carry.
    package static let file = "demo"

    package var sipPort: UInt16
    /// Absolute; the control socket stands inside.
    package var stateDirectory: String
    /// Who runs it, and gets the first extension; nil: nobody does.
    package var unixUser: String?

    package init(sipPort: UInt16 = 5_060, stateDirectory: String, unixUser: String? = nil) {
        self.sipPort = sipPort
        self.stateDirectory = stateDirectory
        self.unixUser = unixUser.flatMap { UnixPrincipal($0)?.description }
    }

    /// The factory's media ports or, when the SIP port lies among them, others.
    private var mediaPorts: String { (16_384...32_767).contains(sipPort) ? "40000-56383" : "16384-32767" }

    package static let firstExtension = 101
    package static let people = [
        "Anna Berg", "Ben Okafor", "Clara Novak", "David Lindqvist", "Elif Demir", "Farid Haddad", "Greta Sommer",
        "Hugo Martin", "Ines Costa", "Jonas Weber", "Katja Petrova", "Liam Murphy", "Mei Tanaka", "Noah Jensen",
        "Olga Kowalska", "Pedro Alvarez", "Quinn Taylor", "Rosa Conti", "Samir Patel", "Tilda Nyberg",
    ]

    /// Of five people each.
    private static let departments = ["Front office", "Workshop", "Sales", "Service"]

    package var toml: String {
        var text = """
            [server]
            domain = "pbx-x.demo"
            domains = ["localhost", "127.0.0.1", "::1"]

            [sip]
            listen = [
              "udp:127.0.0.1:\(sipPort)",
              "tcp:127.0.0.1:\(sipPort)",
              "udp:[::1]:\(sipPort)",
              "tcp:[::1]:\(sipPort)",
            ]

            [media]
            ports = "\(mediaPorts)"
            addresses = ["127.0.0.1", "::1"]

            [control]
            socket = \(tomlText(stateDirectory + "/control.sock"))

            [store]
            state-directory = \(tomlText(stateDirectory))

            [ring-groups.500]
            name = "Front desk"
            members = ["101", "102", "103", "104", "105"]

            [parking]
            slots = ["701", "702", "703", "704", "705", "706", "707", "708", "709"]

            [conferences.800]
            name = "Conference"

            [fax-boxes.900]
            name = "Demo company"

            [contacts."+493023125100"]
            name = "Theo Brandt"
            company = "Hafenwerke"

            [contacts."+442079460123"]
            name = "Imogen Hart"
            company = "Hart & Daughters"
            department = "Purchasing"

            """
        for (index, name) in Self.people.enumerated() {
            let number = Self.firstExtension + index
            text += """

                [extensions.\(number)]
                name = "\(name)"
                password = "demo-\(number)"
                department = "\(Self.departments[index / 5 % Self.departments.count])"

                """
            if index == 0, let unixUser { text += "unix-user = \(tomlText(unixUser))\n\n" }
        }
        return text
    }

    /// A basic string whatever the path holds (`quoted` shortens, for people).
    private func tomlText(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            if scalar == "\"" || scalar == "\\" {
                result += "\\\(scalar)"
            } else if scalar.value < 0x20 || scalar.value == 0x7F {
                let digits = String(scalar.value, radix: 16, uppercase: true)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
