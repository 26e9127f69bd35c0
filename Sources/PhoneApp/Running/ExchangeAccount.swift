import ControlProtocol
import ControlSocket
import Glibc
import NIOCore
import NIOPosix
import PBXBase
import SDPNegotiation
import SIPGrammar
import SIPTransport
import SIPUserAgent

/// The account that a daemon on this machine gives to a phone of its user, so that nobody need set one up.
struct ExchangeAccount: Sendable {
    var account: PhoneSetup.Account
    var encryption: EncryptionPolicy

    /// How long the daemon is waited for.
    private static let secondsMax = 5

    /// Asks the daemon at the control socket that the option and the environment name. Waits for its answer.
    static func fetch(socket: String?, _ environment: [String: String]) throws(PhoneSetupError) -> ExchangeAccount {
        let path = ControlSocketPath.choose(option: socket, environment: environment, uid: getuid())
        let asking = MultiThreadedEventLoopGroup.singleton.next().run { try await ask(at: path) }
        let reply: PhoneAccountCommand.Reply
        do {
            reply = try asking.wait()
        } catch let failure as ControlFailure {
            throw refused(failure.message, hint: failure.hint)
        } catch let error as ControlSocketError {
            throw refused(error.message, hint: error.hint)
        } catch {
            throw refused("\(error)", hint: nil)
        }
        return try ExchangeAccount(reply)
    }

    private static func ask(at path: String) async throws -> PhoneAccountCommand.Reply {
        let client = try await ControlClient.connect(
            to: path, name: "pbx-phone \(ProductVersion.text)", replySecondsMax: secondsMax)
        defer { client.close() }
        return try await client.call(PhoneAccountCommand())
    }

    private static func refused(_ message: String, hint: String?) -> PhoneSetupError {
        let remedy = hint.map { "\($0), or " } ?? ""
        return PhoneSetupError(
            message: "no --account was given, and pbxd gives none: \(message) "
                + "(\(remedy)name one: --account sip:101@server, or in phone.toml, see pbx-phone(1))")
    }

    private init(_ reply: PhoneAccountCommand.Reply) throws(PhoneSetupError) {
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
