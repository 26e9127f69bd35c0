package import PBXBase

/// What the daemon itself needs to know, beside the `Directory` that calls are decided by.
package struct ServerSettings: Hashable, Sendable {
    /// Where phones reach us; in the order of the file.
    package var listeners: [ListenAddress]
    package var control: ControlSettings
    package var log: LogSettings
    package var store: StoreSettings
    /// How long a stop waits for running calls, in seconds, before it ends them.
    package var drainSecondsMax: Int
}

/// One signalling socket: `udp:0.0.0.0:5060`.
package struct ListenAddress: Hashable, Sendable, CustomStringConvertible {
    package enum Transport: String, Hashable, Sendable, CaseIterable {
        case udp, tcp
    }

    package var transport: Transport
    package var endpoint: Endpoint

    package init(_ transport: Transport, _ endpoint: Endpoint) {
        self.transport = transport
        self.endpoint = endpoint
    }

    /// Parses `udp:192.0.2.1:5060` or `tcp:[2001:db8::1]:5060`; nil for anything else and for port 0.
    package init?(_ text: String) {
        guard let colon = text.firstIndex(of: ":"), let transport = Transport(rawValue: String(text[..<colon])),
            let endpoint = Endpoint(text[text.index(after: colon)...]), endpoint.port != 0
        else { return nil }
        self.init(transport, endpoint)
    }

    package var description: String { "\(transport.rawValue):\(endpoint)" }

    /// Whether both cannot be bound at once: same transport, family and port, and the same or the wildcard address.
    package func overlaps(_ other: ListenAddress) -> Bool {
        let (left, right) = (endpoint.address, other.endpoint.address)
        return transport == other.transport && endpoint.port == other.endpoint.port && left.isIPv6 == right.isIPv6
            && (left == right || left.isUnspecified || right.isUnspecified)
    }
}

/// The control socket and who may do what on it.
package struct ControlSettings: Hashable, Sendable {
    package var socketPath = "/run/pbx-x/control.sock"
    /// Unix users and groups by role; somebody in several has the highest.
    package var admin: [UnixPrincipal] = [.user("root")]
    package var supervisor: [UnixPrincipal] = []
    package var agent: [UnixPrincipal] = []
    package var user: [UnixPrincipal] = []
    package var connectionsMax = 256

    package init() {}
}

/// A Unix user, or with `@` in front a group.
package enum UnixPrincipal: Hashable, Sendable, CustomStringConvertible {
    case user(String)
    case group(String)

    package init?(_ text: String) {
        let name = text.hasPrefix("@") ? String(text.dropFirst()) : text
        guard !name.isEmpty, name.utf8.count <= 32, name.first != "-", name.utf8.allSatisfy(isNameByte) else {
            return nil
        }
        self = text.hasPrefix("@") ? .group(name) : .user(name)
    }

    package var description: String {
        switch self {
        case .user(let name): name
        case .group(let name): "@\(name)"
        }
    }
}

/// What is logged, and in which form.
package struct LogSettings: Hashable, Sendable {
    package enum Level: String, Hashable, Sendable, CaseIterable {
        case trace, debug, info, notice, warning, error, critical
    }

    package enum Format: String, Hashable, Sendable, CaseIterable {
        /// One readable line per fact, for terminals and the journal.
        case human
        /// One JSON object per line.
        case json
    }

    package var level = Level.info
    package var format = Format.human

    package init() {}
}

/// Where run-time state lives.
package struct StoreSettings: Hashable, Sendable {
    package var stateDirectory = "/var/lib/pbx-x"
    /// Facts that may wait for the disk before new calls are refused.
    package var factsWaitingMax = 20_000

    package init() {}
}

/// Letters, digits and `-_.` of names that other systems give out.
func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
        true
    default: false
    }
}
