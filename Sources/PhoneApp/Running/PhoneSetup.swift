import FoundationEssentials
import Glibc
import NIOCore
import PBXBase
import SDPNegotiation
import SIPGrammar
import SIPTransport
import SIPUserAgent

/// What is wrong with the command line or its files, in words.
struct PhoneSetupError: Error, Hashable {
    var message: String
}

/// The command line, checked, with passwords read and servers resolved: everything but sockets.
struct PhoneSetup: Sendable {
    /// An account whose server is known by address.
    struct Account: Sendable {
        var user: String
        var domain: String
        /// What called people see, where nothing else is said.
        var displayName: String?
        /// User name for authentication, where it is not `user`.
        var authUser: String?
        var key: DigestKey
        var transport: SIPTransportKind
        var server: Endpoint
        /// As the server is named in the account's address, and must be in its certificate.
        var serverName: String
        /// Our address towards it.
        var local: IPAddress
    }

    var accounts: [Account]
    var encryption: EncryptionPolicy
    var offersDTLS: Bool
    var codecs: [String]
    /// Own addresses to listen at; port 0 takes one that is free.
    var listeners: [Endpoint]
    var mediaPorts: ClosedRange<UInt16>
    /// Nil where no account asks for TLS.
    var tls: SIPTLS?
    var ringSeconds: Int
    /// Whom the exchange that gave an account has in its directory.
    var people: [PhoneBookEntry] = []

    static let factoryMediaPorts = "40000-48999"
    static let factoryRingSeconds = 120

    init(_ options: PhoneOptions, _ environment: [String: String]) throws(PhoneSetupError) {
        encryption = if let text = options.srtp { try Self.encryption(text) } else { .off }
        offersDTLS = if let text = options.srtpKeys { try Self.offersDTLS(text) } else { false }
        codecs = if let text = options.codecs { try Self.codecs(text) } else { PhoneCodecs.factoryNames }
        mediaPorts = try Self.ports(options.mediaPorts ?? Self.factoryMediaPorts)
        ringSeconds = max(1, options.ringSeconds ?? Self.factoryRingSeconds)
        let wished = try options.listen.map(Self.endpoint)
        accounts = []
        for (index, text) in options.account.enumerated() {
            var account = try Self.account(
                text, password: Self.password(index, options, environment), local: wished?.address)
            account.authUser = options.authUser(of: index)
            accounts.append(account)
        }
        // Who names neither an account nor a place to listen at means the exchange on this machine.
        if options.socket != nil || accounts.isEmpty && wished == nil {
            let own = try ExchangeAccount.fetch(socket: options.socket, environment)
            accounts.insert(own.account, at: 0)
            people = own.people
            if options.srtp == nil { encryption = own.encryption }
        }
        if let wished {
            listeners = [wished]
        } else {
            var seen: Set<IPAddress> = []
            listeners = accounts.map(\.local).filter { seen.insert($0).inserted }.map { Endpoint($0, port: 0) }
        }
        tls = try Self.tls(accounts, authorityFile: options.tlsCA)
        if listeners.isEmpty { throw PhoneSetupError(message: "neither --account nor --listen was given") }
        for path in [options.play].compactMap(\.self) where access(path, R_OK) != 0 {
            throw PhoneSetupError(message: "\"\(path)\" cannot be read")
        }
        if let path = options.record, access(path, F_OK) == 0 {
            throw PhoneSetupError(message: "\"\(path)\" exists already")
        }
    }

    private static func tls(_ accounts: [Account], authorityFile: String?) throws(PhoneSetupError) -> SIPTLS? {
        let secured = accounts.filter { $0.transport == .tls }
        guard !secured.isEmpty || authorityFile != nil else { return nil }
        do throws(SIPTLSError) {
            var tls = try SIPTLS(authorityFile: authorityFile)
            for account in secured { tls.serverNames[account.server] = account.serverName }
            return tls
        } catch {
            throw PhoneSetupError(message: error.message)
        }
    }

    // MARK: Values

    static func encryption(_ text: String) throws(PhoneSetupError) -> EncryptionPolicy {
        switch text {
        case "off": return .off
        case "prefer": return .prefer
        case "require": return .require
        default: throw PhoneSetupError(message: "srtp \"\(text)\" is none of off, prefer and require")
        }
    }

    static func offersDTLS(_ text: String) throws(PhoneSetupError) -> Bool {
        switch text {
        case "sdes": return false
        case "dtls": return true
        default: throw PhoneSetupError(message: "srtp keys \"\(text)\" are neither sdes nor dtls")
        }
    }

    static func codecs(_ text: String) throws(PhoneSetupError) -> [String] {
        let names = text.split(separator: ",").map { String($0).trimmingSpaces }
        if let unknown = names.first(where: { !PhoneCodecs.isKnown($0) }) {
            throw PhoneSetupError(
                message: "\"\(unknown)\" is no codec (\(PhoneCodecs.factoryNames.joined(separator: ", ")))")
        }
        guard !names.isEmpty else { throw PhoneSetupError(message: "codecs: none is named") }
        return names
    }

    static func ports(_ text: String) throws(PhoneSetupError) -> ClosedRange<UInt16> {
        let ends = text.split(separator: "-").compactMap { UInt16($0) }
        guard ends.count == 2, ends[0] >= 1_024, ends[1] > ends[0], ends[1] - ends[0] >= 7 else {
            throw PhoneSetupError(
                message: "media ports \"\(text)\" are no range of at least eight, such as 40000-40099")
        }
        return ends[0]...ends[1]
    }

    /// `192.0.2.1`, `192.0.2.1:5060`, `::1`, `[::1]:5060`.
    static func endpoint(_ text: String) throws(PhoneSetupError) -> Endpoint {
        if let address = IPAddress(text) { return Endpoint(address, port: 0) }
        guard let uri = try? SIPURI(ascii: Array("sip:\(text)".utf8)[...]), let address = uri.hostAddress else {
            throw PhoneSetupError(message: "listen \"\(text)\" is no address of this machine")
        }
        return Endpoint(address, port: uri.port ?? 0)
    }

    // MARK: Accounts

    private static func password(
        _ index: Int, _ options: PhoneOptions, _ environment: [String: String]
    ) throws(PhoneSetupError) -> String {
        guard options.passwordFile.indices.contains(index), !options.passwordFile[index].isEmpty else {
            return index == 0 ? environment[options.passwordEnv] ?? "" : ""
        }
        let path = options.passwordFile[index]
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw PhoneSetupError(message: "password file \"\(path)\" cannot be read")
        }
        return text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
    }

    private static func account(
        _ text: String, password: String, local: IPAddress?
    ) throws(PhoneSetupError) -> Account {
        let isSecure = text.lowercased().hasPrefix("sips:")
        let rest = isSecure ? String(text.dropFirst("sips:".count)) : text
        let full = rest.lowercased().hasPrefix("sip:") ? rest : "sip:" + rest
        guard let uri = try? SIPURI(ascii: Array(full.utf8)[...]), let user = uri.user, !uri.host.isEmpty else {
            throw PhoneSetupError(message: "\"\(text)\" is no account (sip:user@server)")
        }
        let transport = isSecure ? .tls : uri.transport ?? .udp
        guard transport == .udp || transport == .tcp || transport == .tls else {
            throw PhoneSetupError(
                message: "\"\(text)\": SIP over \(transport.viaName) is not supported (udp, tcp and tls are)")
        }
        let server = try resolve(uri.host, port: uri.port ?? transport.defaultPort)
        guard let own = local ?? localAddress(towards: server.address) else {
            throw PhoneSetupError(message: "no route to \(uri.host) (\(server.address))")
        }
        guard own.isIPv6 == server.address.isIPv6 else {
            throw PhoneSetupError(message: "\(own) cannot reach \(server.address): one is IPv4, the other IPv6")
        }
        let domainURI = SIPURI(user: nil, host: uri.host, port: uri.port)
        return Account(
            user: user, domain: String(domainURI.description.dropFirst("sip:".count)), key: .password(password),
            transport: transport, server: server, serverName: uri.host, local: own)
    }

    /// An address, or the first that the resolver knows of a name. RFC 3263's records are not asked for.
    private static func resolve(_ host: String, port: UInt16) throws(PhoneSetupError) -> Endpoint {
        if let address = IPAddress(host) { return Endpoint(address, port: port) }
        guard let found = try? SocketAddress.makeAddressResolvingHost(host, port: Int(port)),
            let text = found.ipAddress, let address = IPAddress(text)
        else { throw PhoneSetupError(message: "the name \"\(host)\" cannot be resolved") }
        return Endpoint(address, port: port)
    }
}
