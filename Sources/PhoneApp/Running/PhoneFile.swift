import FoundationEssentials
import Glibc
import PBXConfig
import PBXModel

/// `phone.toml`: what a user does not want to type each time. A table for each account, one for the phone; the command
/// line wins over both.
package enum PhoneFile {
    package static let name = "phone.toml"
    private static let accountPrefix = "accounts."

    /// The options with what the file adds. A phone without a screen reads it only when it is told to, so that scripts
    /// mean the same for everybody.
    static func filled(
        _ options: PhoneOptions, _ environment: [String: String]
    ) throws(PhoneSetupError) -> PhoneOptions {
        if options.headless, options.config == nil { return options }
        var options = options
        do throws(ConfigurationError) {
            guard let file = try UserFile.read(name, option: options.config, environment) else { return options }
            try fill(&options, file, environment)
        } catch {
            throw PhoneSetupError(message: error.description)
        }
        return options
    }

    private static func fill(
        _ options: inout PhoneOptions, _ file: ListFile, _ environment: [String: String]
    ) throws(ConfigurationError) {
        var accounts: [FileAccount] = []
        for entry in file.entries {
            if entry.table == "phone" {
                guard let row = PhoneFileRow.all.first(where: { $0.key == entry.key }) else {
                    throw unknown(entry, among: PhoneFileRow.all.map(\.key))
                }
                try row.apply(entry, to: &options)
            } else if entry.table.hasPrefix(accountPrefix) {
                if accounts.last?.table != entry.table { accounts.append(FileAccount(entry)) }
                try accounts[accounts.count - 1].take(entry, environment)
            } else {
                throw entry.finding(
                    "there is no table \"\(entry.table)\" (known: phone, and accounts.NAME for each account)")
            }
        }
        // Accounts are taken all or none: their options are told apart by place.
        guard options.account.isEmpty else { return }
        for account in accounts {
            guard let address = account.address else {
                throw account.entry.finding("account \"\(account.table)\" has no address (such as sip:101@pbx.example)")
            }
            options.account.append(address)
            options.passwordFile.append(account.passwordFile)
            options.authUser.append(account.authUser)
        }
    }

    static func unknown(_ entry: ListFile.Entry, among known: [String]) -> ConfigurationError {
        let meant = suggestion(for: entry.key, among: known).map { "did you mean \"\($0)\"?" }
        return entry.finding(
            "unknown setting \"\(entry.key)\" (\(meant ?? "known: \(known.joined(separator: ", "))"))")
    }
}

/// An account's table while it is read.
private struct FileAccount {
    let table: String
    /// Its first line.
    let entry: ListFile.Entry
    var address: String?
    var passwordFile = ""
    var authUser = ""

    private static let keys = ["address", "password-file", "auth-user"]

    init(_ entry: ListFile.Entry) {
        table = entry.table
        self.entry = entry
    }

    mutating func take(_ entry: ListFile.Entry, _ environment: [String: String]) throws(ConfigurationError) {
        guard Self.keys.contains(entry.key) else { throw PhoneFile.unknown(entry, among: Self.keys) }
        guard entry.values.count == 1, let value = entry.values.first else {
            throw entry.finding("\"\(entry.key)\" must be one text")
        }
        switch entry.key {
        case "address": address = value
        case "auth-user": authUser = value
        default:
            passwordFile = Self.path(value, beside: entry.origin.file, environment)
            guard access(passwordFile, R_OK) == 0 else {
                throw entry.finding(
                    "password file \"\(passwordFile)\" cannot be read (its first line is the password)")
            }
        }
    }

    /// `~/…` in the user's home, other relative paths beside the file.
    private static func path(_ text: String, beside file: String, _ environment: [String: String]) -> String {
        if text.hasPrefix("~/"), let home = environment["HOME"] { return home + text.dropFirst() }
        guard !text.hasPrefix("/"), let slash = file.lastIndex(of: "/") else { return text }
        return file[...slash] + text
    }
}
