import PBXBase
package import SIPGrammar

/// Who this user agent says it is.
package struct UserAgentSettings: Sendable {
    /// `Server` and `User-Agent` text; nil leaves the fields out.
    package var productName: String?
    /// User part of our Contact.
    package var contactUser: String
    /// Host of our own address in From when a command gives none.
    package var domain: String
    /// Port that a peer reaches us at, per transport, where it differs from the flow's own (a connection that we opened
    /// has an ephemeral one).
    package var listenerPorts: [SIPTransportKind: UInt16]
    /// Methods that the layers above answer outside a dialog; others earn a 405.
    /// REFER and NOTIFY among them are handed up inside a session too.
    package var methods: [SIPMethod] { didSet { allowed = Self.allowed(methods) } }
    /// Option tags that a peer may require of us (RFC 3261 §8.2.2.3).
    package var extensions: [String]
    /// `Allow` value: what is understood, in and out of a dialog.
    package private(set) var allowed: String

    package init(
        productName: String?, contactUser: String, domain: String, listenerPorts: [SIPTransportKind: UInt16] = [:],
        methods: [SIPMethod] = [.invite, .options, .register], extensions: [String] = []
    ) {
        self.productName = productName
        self.contactUser = contactUser
        self.domain = domain
        self.listenerPorts = listenerPorts
        self.methods = methods
        self.extensions = extensions
        allowed = Self.allowed(methods)
    }

    private static func allowed(_ methods: [SIPMethod]) -> String {
        let inDialog: [SIPMethod] = [.ack, .bye, .cancel, .info, .update]
        return (methods + inDialog).map(\.name).joined(separator: ", ")
    }
}

/// Our own address texts for a flow, built once per listener and transport: they stand in every message.
struct LocalAddressTexts {
    private struct Key: Hashable {
        var transport: SIPTransportKind
        var address: IPAddress
        var port: UInt16
    }

    private struct Texts {
        var contact: String
        var viaPrefix: String
    }

    /// Local addresses of one machine; more than this many forgets them all and starts over.
    private static let entriesMax = 256
    private var texts: [Key: Texts] = [:]
    /// What was asked for last, which is nearly always asked for again: most machines have one listener.
    private var last: (transport: SIPTransportKind, local: Endpoint, texts: Texts)?

    mutating func contact(for flow: Flow, settings: UserAgentSettings) -> String {
        entry(for: flow, settings: settings).contact
    }

    /// A complete Via value with our branch and an empty `rport` (RFC 3581).
    mutating func via(for flow: Flow, branch: String, settings: UserAgentSettings) -> String {
        entry(for: flow, settings: settings).viaPrefix + branch
    }

    private mutating func entry(for flow: Flow, settings: UserAgentSettings) -> Texts {
        if let last, last.transport == flow.transport, last.local == flow.local { return last.texts }
        let made = knownOrMade(for: flow, settings: settings)
        last = (flow.transport, flow.local, made)
        return made
    }

    private mutating func knownOrMade(for flow: Flow, settings: UserAgentSettings) -> Texts {
        let port = settings.listenerPorts[flow.transport] ?? flow.local.port
        let key = Key(transport: flow.transport, address: flow.local.address, port: port)
        if let known = texts[key] { return known }
        if texts.count >= Self.entriesMax { texts.removeAll() }
        let host = "\(flow.local.address.hostText):\(port)"
        let parameter = flow.transport == .udp ? "" : ";transport=\(flow.transport.uriName)"
        let made = Texts(
            contact: "<sip:\(settings.contactUser)@\(host)\(parameter)>",
            viaPrefix: "SIP/2.0/\(flow.transport.viaName) \(host);rport;branch=")
        texts[key] = made
        return made
    }
}
