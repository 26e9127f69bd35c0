/// A session description (RFC 8866; its predecessor RFC 4566 differs in nothing that we read): the session part and the
/// media sections. Lines keep their order, and what we do not know survives a round trip.
package struct SessionDescription: Hashable, Sendable {
    package var origin: SDPOrigin
    package var sessionName: SDPText
    /// What follows `s=`, up to the first media section, in order.
    package var lines: [SDPLine]
    package var media: [MediaSection]

    package init(
        origin: SDPOrigin, sessionName: String = "-", lines: [SDPLine] = [], media: [MediaSection] = []
    ) {
        self.origin = origin
        self.sessionName = SDPText(ascii: sessionName)
        self.lines = lines
        self.media = media
    }

    /// The session's `c=`, which holds for media sections without their own.
    package var connection: SDPConnection? { lines.connection }
    /// The value of `t=`; nil when the line is missing, which we forgive.
    package var timing: SDPText? { lines.value(of: UInt8(ascii: "t")) }
    package var attributes: [SDPAttribute] { lines.attributes }
}

/// `o=` (RFC 8866 §5.2): who made the description, and which version of it this is.
package struct SDPOrigin: Hashable, Sendable {
    package var username: String
    /// Digits by rule. Kept as text: senders exceed 64 bits, and we only compare.
    package var sessionID: String
    package var sessionVersion: String
    package var connection: SDPConnection

    package init(username: String = "-", sessionID: String, sessionVersion: String, connection: SDPConnection) {
        self.username = username
        self.sessionID = sessionID
        self.sessionVersion = sessionVersion
        self.connection = connection
    }

    /// Parses `- 3724394400 3724394405 IN IP4 198.51.100.1`; nil when a field is missing or one is too many.
    package init?(parsing value: SDPText) {
        var rest = value
        guard let username = rest.nextField(), let id = rest.nextField(), let version = rest.nextField(),
            let connection = SDPConnection(parsing: rest)
        else { return nil }
        self.init(
            username: username.string, sessionID: id.string, sessionVersion: version.string, connection: connection)
    }
}

/// One line below `s=` or below `m=`.
package enum SDPLine: Hashable, Sendable {
    case connection(SDPConnection)
    case attribute(SDPAttribute)
    /// `i`, `u`, `e`, `p`, `b`, `t`, `r`, `z`, `k`, and letters that nobody has defined.
    case other(type: UInt8, value: SDPText)
}

extension [SDPLine] {
    package var connection: SDPConnection? {
        for case .connection(let connection) in self { return connection }
        return nil
    }

    package var attributes: [SDPAttribute] {
        compactMap { line in
            if case .attribute(let attribute) = line { attribute } else { nil }
        }
    }

    /// Every attribute of that name, in order.
    package func attributes(named name: String) -> [SDPAttribute] {
        var attributes: [SDPAttribute] = []
        for case .attribute(let attribute) in self where attribute.name == name { attributes.append(attribute) }
        return attributes
    }

    /// The first attribute of that name.
    package func attribute(_ name: String) -> SDPAttribute? {
        for case .attribute(let attribute) in self where attribute.name == name { return attribute }
        return nil
    }

    /// The value of the first other line of that letter.
    package func value(of type: UInt8) -> SDPText? {
        for case .other(type, let value) in self { return value }
        return nil
    }
}
