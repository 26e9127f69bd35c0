package import ControlProtocol

/// Which role a Unix user has on the control socket: the highest that its name or one of its groups is given.
package struct RoleMap: Hashable, Sendable {
    package var users: [String: Role]
    package var groups: [String: Role]
    /// The account that the daemon runs as; it and root may do everything, as they could stop the daemon anyway.
    package var ownUID: UInt32

    package init(users: [String: Role] = [:], groups: [String: Role] = [:], ownUID: UInt32) {
        self.users = users
        self.groups = groups
        self.ownUID = ownUID
    }

    /// nil: this user has no business here.
    package func role(of peer: PeerCredentials) -> Role? {
        if peer.uid == 0 || peer.uid == ownUID { return .admin }
        return (peer.groups.compactMap { groups[$0] } + [users[peer.user]].compactMap(\.self)).max()
    }
}
