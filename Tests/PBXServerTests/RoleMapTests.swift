import ControlProtocol
import ControlSocket
import PBXConfig
import PBXModel
import Testing

@testable import PBXServer

/// Roles of Unix users, as the settings name them.
@Suite struct RoleMapTests {
    private func role(_ user: String, groups: Set<String> = [], uid: UInt32 = 4_711) -> Role? {
        var settings = ControlSettings()
        settings.admin = [.user("root"), .group("pbx-admin")]
        settings.supervisor = [.user("anna"), .user("both")]
        settings.agent = [.group("agents"), .user("both")]
        settings.user = [.group("staff")]
        let secret = DigestSecret(md5: "", sha256: "")
        let owned = ["dora", "anna"].enumerated().map { index, user in
            Extension(
                number: "10\(index)", displayName: user, secret: secret, unixUser: user,
                origin: ConfigOrigin(file: "pbx.toml", line: 1))
        }
        let directory = Directory(
            realm: "example", domains: [], extensions: Dictionary(uniqueKeysWithValues: owned.map { ($0.number, $0) }))
        return RoleMap(settings, directory).role(
            of: PeerCredentials(pid: 1, uid: uid, gid: 1, user: user, groups: groups))
    }

    @Test func `names and groups give their role, the highest counts`() {
        #expect(role("anna") == .supervisor)
        #expect(role("ben", groups: ["agents"]) == .agent)
        #expect(role("ben", groups: ["staff", "pbx-admin", "agents"]) == .admin)
        #expect(role("both") == .supervisor)
        #expect(role("anna", groups: ["staff"]) == .supervisor)
    }

    @Test func `who has an extension is a user at least`() {
        #expect(role("dora") == .user)
        #expect(role("anna") == .supervisor)
    }

    @Test func `a group's name is no user's`() {
        #expect(role("agents") == nil)
        #expect(role("ben", groups: ["anna"]) == nil)
    }

    @Test func `strangers have none, root has all`() {
        #expect(role("eve") == nil)
        #expect(role("root", uid: 0) == .admin)
    }
}
