import ArgumentParser
import Foundation
import PBXConfig
import SDPNegotiation
import Testing

@testable import PhoneApp

/// `phone.toml` and the options.
struct PhoneFileTests {
    private func options(
        _ file: String, _ arguments: [String] = [], files: [String: String] = [:]
    ) throws -> PhoneOptions {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("pbx-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let own = folder.appendingPathComponent("pbx-x")
        try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
        for (name, text) in files.merging(["phone.toml": file], uniquingKeysWith: { first, _ in first }) {
            try Data(text.utf8).write(to: own.appendingPathComponent(name))
        }
        return try PhoneFile.filled(try PhoneOptions.parse(arguments), ["XDG_CONFIG_HOME": folder.path])
    }

    private static let example = """
        [accounts.office]
        address = "sip:101@192.0.2.1"
        password-file = "office.password"

        [accounts.home]
        address = "sip:anna@192.0.2.2;transport=tcp"
        auth-user = "anna-7"

        [phone]
        display-name = "Anna Ahrens"
        srtp = "prefer"
        codecs = ["opus", "PCMA"]
        ring-seconds = 30
        sound = false
        auto-answer = true
        capture = "plughw:1"
        """

    @Test func whatTheFileSaysNeedNotBeTyped() throws {
        let options = try options(Self.example, files: ["office.password": "secret\n"])
        #expect(options.account == ["sip:101@192.0.2.1", "sip:anna@192.0.2.2;transport=tcp"])
        #expect(options.passwordFile[0].hasSuffix("/pbx-x/office.password"))
        #expect(options.authUser(of: 0) == nil)
        #expect(options.authUser(of: 1) == "anna-7")
        #expect(options.displayName == "Anna Ahrens")
        #expect(options.srtp == "prefer")
        #expect(options.codecs == "opus,PCMA")
        #expect(options.ringSeconds == 30)
        #expect(!options.usesSound)
        #expect(options.autoAnswer)
        #expect(options.devices.captureDevice == "plughw:1")
        #expect(options.devices.playbackDevice == "default")
    }

    @Test func theCommandLineWins() throws {
        let options = try options(
            Self.example,
            ["--account", "sip:102@192.0.2.9", "--srtp", "off", "--sound", "--capture", "default", "--codecs", "PCMU"],
            files: ["office.password": "secret\n"])
        #expect(options.account == ["sip:102@192.0.2.9"])
        #expect(options.passwordFile.isEmpty)
        #expect(options.srtp == "off")
        #expect(options.codecs == "PCMU")
        #expect(options.usesSound)
        #expect(options.devices.captureDevice == "default")
    }

    @Test func aPhoneWithoutAScreenReadsItOnlyWhenAsked() throws {
        let options = try options("[phone]\nsrtp = \"require\"\n", ["--headless"])
        #expect(options.srtp == nil)
        #expect(!options.usesSound)
    }

    @Test(arguments: [
        ("[phone]\nsrtpp = \"off\"", ":2:1: unknown setting \"srtpp\" (did you mean \"srtp\"?)"),
        ("[phone]\nsrtp = \"maybe\"", ":2:1: srtp \"maybe\" is none of off, prefer and require"),
        ("[phone]\ncodecs = [\"opus\", \"mp3\"]", ":2:1: \"mp3\" is no codec (opus, G722, PCMA, PCMU)"),
        ("[phone]\nsrtp-keys = \"none\"", ":2:1: srtp keys \"none\" are neither sdes nor dtls"),
        ("[phone]\nsound = \"loud\"", ":2:1: sound must be true or false"),
        ("[phone]\nring-seconds = 0", ":2:1: ring-seconds must be a number of seconds"),
        ("[phones]\nsrtp = \"off\"", ":2:1: there is no table \"phones\""),
        ("[accounts.a]\nauth-user = \"x\"", ":2:1: account \"accounts.a\" has no address"),
        ("[accounts.a]\naddress = [\"x\", \"y\"]", ":2:1: \"address\" must be one text"),
        ("[accounts.a]\npassword = \"x\"", ":2:1: unknown setting \"password\" (known: address"),
        ("[accounts.a]\npassword-file = \"gone\"", ":2:1: password file \""), ("[phone", ":1:"),
    ])
    func mistakesNameFileLineAndWhatToDo(text: String, message: String) throws {
        let error = #expect(throws: PhoneSetupError.self) { try options(text) }
        #expect(error?.message.contains("phone.toml\(message)") == true, "\(error?.message ?? "")")
    }

    @Test func thePhoneBookIsTablesOfNames() throws {
        let text = "[office]\n\"Anna Ahrens\" = \"101\"\n[private]\nDentist = [\"+49 30 1\", \"sip:d@x\"]\n"
        let book = PhoneBook(try ListFile(file: "phonebook.toml", bytes: Array(text.utf8)))
        #expect(book.entries.map(\.name) == ["Anna Ahrens", "Dentist", "Dentist"])
        #expect(book.entries.map(\.group) == ["office", "private", "private"])
        #expect(book.name(of: "+49301") == "Dentist")
        #expect(book.matches("den").count == 2)
    }
}
