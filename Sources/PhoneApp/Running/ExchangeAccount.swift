import ControlProtocol
import ControlSocket
import Glibc
import NIOCore
import NIOPosix
import PBXBase
import PBXModel
import SDPNegotiation
import SIPGrammar
import SIPTransport
import SIPUserAgent

/// The account that a daemon on this machine gives to a phone of its user, so that nobody need set one up.
struct ExchangeAccount: Sendable {
    var account: PhoneSetup.Account
    var encryption: EncryptionPolicy
    /// The company's directory; empty where it is not told.
    var people: [PhoneBookEntry]

    /// How long the daemon is waited for.
    private static let secondsMax = 5

    /// Asks the daemon at the control socket that the option and the environment name. Waits for its answer.
    static func fetch(socket: String?, _ environment: [String: String]) throws(PhoneSetupError) -> ExchangeAccount {
        let path = ControlSocketPath.choose(option: socket, environment: environment, uid: getuid())
        let asking = MultiThreadedEventLoopGroup.singleton.next().run { try await ask(at: path) }
        let (reply, entries): (PhoneAccountCommand.Reply, [DirectoryEntry])
        do {
            (reply, entries) = try asking.wait()
        } catch let failure as ControlFailure {
            throw refused(failure.message, hint: failure.hint)
        } catch let error as ControlSocketError {
            throw refused(error.message, hint: error.hint)
        } catch {
            throw refused("\(error)", hint: nil)
        }
        return try ExchangeAccount(reply, entries)
    }

    private static func ask(at path: String) async throws -> (PhoneAccountCommand.Reply, [DirectoryEntry]) {
        let client = try await ControlClient.connect(
            to: path, name: "pbx-phone \(ProductVersion.text)", replySecondsMax: secondsMax)
        defer { client.close() }
        let account = try await client.call(PhoneAccountCommand())
        // Who cannot be looked up can still be called.
        let everybody = try? await client.call(SearchDirectoryCommand(query: nil, limit: PhoneBook.entriesMax))
        return (account, everybody?.entries ?? [])
    }

    private static func refused(_ message: String, hint: String?) -> PhoneSetupError {
        let remedy = hint.map { "\($0), or " } ?? ""
        return PhoneSetupError(
            message: "no --account was given, and pbxd gives none: \(message) "
                + "(\(remedy)name one: --account sip:101@server, or in phone.toml, see pbx-phone(1))")
    }

    private init(_ reply: PhoneAccountCommand.Reply, _ entries: [DirectoryEntry]) throws(PhoneSetupError) {
        people = entries.filter { $0.number != reply.number }.map {
            PhoneBookEntry(name: $0.name, number: $0.number, group: $0.place)
        }
        guard let address = IPAddress(reply.address), let transport = SIPTransportKind(uriName: reply.transport),
            let own = localAddress(towards: address)
        else {
            throw PhoneSetupError(
                message: "pbxd is at \(reply.transport) \(reply.address), which this phone cannot reach")
        }
        let host = SIPURI(user: nil, host: address.hostText, port: reply.port)
        account = PhoneSetup.Account(
            user: reply.number, domain: String(host.description.dropFirst("sip:".count)), displayName: reply.name,
            key: .hashes(realm: reply.realm, md5: reply.digestMD5, sha256: reply.digestSHA256),
            transport: transport, server: Endpoint(address, port: reply.port), serverName: address.hostText, local: own)
        encryption =
            switch reply.srtp {
            case "prefer": .prefer
            case "require": .require
            default: .off
            }
    }
}
