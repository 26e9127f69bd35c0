/// What a request asks for. Method names are case-sensitive (RFC 3261 §7.1).
package enum SIPMethod: Hashable, Sendable, CustomStringConvertible {
    case invite, ack, bye, cancel, register, options, info, prack, update, subscribe, notify, refer, message, publish
    case other(String)

    package init(ascii name: ArraySlice<UInt8>) {
        guard
            let match = Self.known.first(where: { $0.name.utf8.count == name.count && name.elementsEqual($0.name.utf8) }
            )
        else {
            self = .other(String(decoding: name, as: UTF8.self))
            return
        }
        self = match
    }

    package var name: String {
        switch self {
        case .invite: "INVITE"
        case .ack: "ACK"
        case .bye: "BYE"
        case .cancel: "CANCEL"
        case .register: "REGISTER"
        case .options: "OPTIONS"
        case .info: "INFO"
        case .prack: "PRACK"
        case .update: "UPDATE"
        case .subscribe: "SUBSCRIBE"
        case .notify: "NOTIFY"
        case .refer: "REFER"
        case .message: "MESSAGE"
        case .publish: "PUBLISH"
        case .other(let name): name
        }
    }

    package var description: String { name }

    /// The commonest first: parsing looks along this list.
    private static let known: [SIPMethod] = [
        .invite, .ack, .bye, .register, .options, .cancel, .update, .info, .prack, .refer, .notify, .subscribe,
        .message,
        .publish,
    ]
}
