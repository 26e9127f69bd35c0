import PBXBase
import PBXModel
import SIPGrammar

/// A REGISTER read once: its contacts with the lifetimes that will be granted, and what marks its place in time.
struct RegisterRequest {
    struct Contact {
        var uri: SIPURI
        var text: String
        /// 0 removes the binding.
        var seconds: Int
        var preference: Int
        var instance: String?

        var byteCount: Int { text.utf8.count + (instance?.utf8.count ?? 0) }
    }

    let number: String
    let flow: Flow
    let isWildcard: Bool
    let contacts: [Contact]
    let callID: String
    let cseq: UInt32
    /// Values of Path, joined by commas.
    let path: String
    let supportsPath: Bool
    let userAgent: String

    /// Longer ones are cut.
    static let userAgentBytesMax = 128
    /// Contact, device, Path and Call-ID together: they are kept for as long as the binding lives.
    static let bindingBytesMax = 4_096

    init(
        _ message: SIPMessage, flow: Flow, number: String, policy: RegistrationPolicy
    ) throws(RegisterRefusal) {
        self.number = number
        self.flow = flow
        isWildcard = message.isWildcardContact
        let addresses: [SIPNameAddress]
        do {
            callID = try message.callID()
            cseq = try message.cseq().number
            addresses = try message.contacts()
            // The values are kept as they came, so they are only looked at here.
            _ = try message.paths()
        } catch {
            throw .malformed("\(error.field): \(error.problem)")
        }
        let headerSeconds = message.expires().map { Int($0) }
        // RFC 3261 §10.3, step 6
        guard !isWildcard || headerSeconds == 0 else { throw .malformed("Contact: \"*\" needs Expires: 0") }
        var contacts: [Contact] = []
        for address in addresses { contacts.append(try Contact(address, headerSeconds, policy)) }
        self.contacts = contacts
        path = message.values(.path).map { String(decoding: $0, as: UTF8.self) }.joined(separator: ", ")
        let shared = path.utf8.count + callID.utf8.count
        for contact in contacts where shared + contact.byteCount > Self.bindingBytesMax {
            throw .malformed("Contact, Path and Call-ID: longer than \(Self.bindingBytesMax) bytes")
        }
        supportsPath = message.hasOptionTag("path", in: .supported)
        let agent = message.value(.userAgent)?.prefix(Self.userAgentBytesMax)
        userAgent = agent.map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// RFC 3261 §10.3, step 7: within one Call-ID, CSeq tells what is newer. An older request is an error; the same one
    /// again (a phone that repeats what a restart of ours left unanswered) changes nothing.
    func isNewer(than binding: Binding) throws(RegisterRefusal) -> Bool {
        guard binding.contact.sipCallID == callID else { return true }
        guard cseq >= binding.contact.cseq else { throw .outOfOrder }
        return cseq > binding.contact.cseq
    }

    func binding(_ contact: Contact, id: UInt64, serial: UInt64, now: Now) -> Binding {
        let lifetime = Interval.seconds(contact.seconds)
        // A stream phone is called along its connection while that lasts.
        let isDirect = !flow.transport.isReliable && path.isEmpty
        let own = isDirect ? Binding.ownEndpoint(contact.uri, source: flow.remote) : nil
        return Binding(
            id: id,
            contact: ContactBinding(
                number: number, contact: contact.text, path: path, transport: flow.transport.uriName,
                source: own ?? flow.remote, local: flow.local, connection: flow.connection,
                expiresAt: now.wall + lifetime,
                sipCallID: callID, cseq: cseq, preference: contact.preference, userAgent: userAgent),
            uri: contact.uri, instance: contact.instance, expiresAt: now.instant + lifetime, serial: serial)
    }
}

extension RegisterRequest.Contact {
    fileprivate init(
        _ address: SIPNameAddress, _ headerSeconds: Int?, _ policy: RegistrationPolicy
    ) throws(RegisterRefusal) {
        guard address.uri.scheme == .sip || address.uri.scheme == .sips else {
            throw .malformed("Contact: only sip and sips can be called")
        }
        let asked = address.expires.map { Int($0) } ?? headerSeconds ?? policy.secondsDefault
        guard asked == 0 || asked >= policy.secondsMin else { throw .tooBrief(secondsMin: policy.secondsMin) }
        uri = address.uri
        text = address.uri.description
        seconds = min(asked, policy.secondsMax)
        preference = address.qualityThousandths
        instance = address.parameters["+sip.instance"]
    }
}

/// Why a REGISTER changes nothing.
enum RegisterRefusal: Error {
    case malformed(String)
    case tooBrief(secondsMin: Int)
    case outOfOrder
    case tooManyContacts(Int)
    case full

    /// Asked to come again after that, when the registrar is full.
    static let retryAfterSeconds = 60

    var answer: RegistrationAnswer {
        switch self {
        case .malformed(let problem):
            RegistrationAnswer(status: 400, phrase: "Bad Request (\(problem))")
        case .tooBrief(let secondsMin):
            RegistrationAnswer(status: 423, headers: [.init(.minExpires, String(secondsMin))])
        case .outOfOrder:
            RegistrationAnswer(status: 500, phrase: "Older CSeq Than the Binding's")
        case .tooManyContacts(let limit):
            RegistrationAnswer(status: 403, phrase: "Too Many Contacts (\(limit) at most)")
        case .full:
            RegistrationAnswer(
                status: 503, headers: [.init(.retryAfter, String(Self.retryAfterSeconds))])
        }
    }
}
