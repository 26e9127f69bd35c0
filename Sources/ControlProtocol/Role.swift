/// What a peer may do: each role may do everything that the ones below it may.
package enum Role: String, Hashable, Sendable, Codable, CaseIterable, Comparable {
    case user, agent, supervisor, admin

    package static func < (left: Role, right: Role) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .user: 0
        case .agent: 1
        case .supervisor: 2
        case .admin: 3
        }
    }
}

/// Who sent a request, as far as its command may care: the same for every door (socket, REST, WebSocket).
package struct ControlPeer: Hashable, Sendable {
    /// For logs and records: the Unix user, later also the API's user.
    package var name: String
    package var role: Role

    package init(name: String, role: Role) {
        self.name = name
        self.role = role
    }
}
