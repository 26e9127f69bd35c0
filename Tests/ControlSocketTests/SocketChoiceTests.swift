import ControlProtocol
import ControlSocket
import Glibc
import NIOPosix
import Testing

struct SocketChoiceTests {
    @Test func theOptionWinsOverEnvironmentOverInstalledDaemon() {
        let environment = ["PBX_X_SOCKET": "/e.sock", "XDG_RUNTIME_DIR": "/nonexistent"]
        #expect(ControlSocketPath.choose(option: "/o.sock", environment: environment, uid: 4_000_001) == "/o.sock")
        #expect(ControlSocketPath.choose(option: nil, environment: environment, uid: 4_000_001) == "/e.sock")
        #expect(
            ControlSocketPath.choose(option: nil, environment: ["PBX_X_SOCKET": ""], uid: 4_000_001)
                == "/run/pbx-x/control.sock")
    }

    @Test func theDemoKeepsItsStateInTheUsersRuntimeFolder() {
        #expect(
            DemoPaths.stateFolder(environment: ["XDG_RUNTIME_DIR": "/run/user/7"], uid: 7) == "/run/user/7/pbx-x-demo")
        #expect(DemoPaths.stateFolder(environment: [:], uid: 7) == "/tmp/pbx-x-demo-7")
        #expect(DemoPaths.stateFolder(environment: ["XDG_RUNTIME_DIR": "."], uid: 7) == "/tmp/pbx-x-demo-7")
    }

    @Test func aRunningDemoIsFoundOnlyInAFolderThatIsOnlyOurs() async throws {
        let runtime = TestFolder()
        let folder = "\(runtime.path)/pbx-x-demo"
        #expect(mkdir(folder, 0o700) == 0)
        defer { rmdir(folder) }
        let environment = ["XDG_RUNTIME_DIR": runtime.path]
        let own = getuid()
        #expect(ControlSocketPath.choose(option: nil, environment: environment, uid: own) != "\(folder)/control.sock")

        let server = try await ControlServer.start(
            ControlServer.Settings(path: DemoPaths.socket(stateFolder: folder)),
            on: MultiThreadedEventLoopGroup.singleton.next(), role: { _ in .admin },
            handler: { request, _ in ControlReply(id: request.id, result: Done()) })
        #expect(DemoPaths.runningSocket(environment: environment, uid: own) == "\(folder)/control.sock")
        #expect(DemoPaths.runningSocket(environment: environment, uid: own + 1) == nil)
        chmod(folder, 0o777)
        #expect(!DemoPaths.isOwn(folder, uid: own))
        await server.stop()
    }
}

struct RoleMapTests {
    private let map = RoleMap(
        users: ["ada": .supervisor], groups: ["pbx-x": .admin, "desk": .agent], ownUID: 500)

    private func role(_ uid: UInt32, _ user: String, _ groups: Set<String>) -> Role? {
        map.role(of: PeerCredentials(pid: 1, uid: uid, gid: uid, user: user, groups: groups))
    }

    @Test func theHighestRoleCounts() {
        #expect(role(7, "ada", []) == .supervisor)
        #expect(role(7, "ada", ["desk"]) == .supervisor)
        #expect(role(7, "ada", ["desk", "pbx-x"]) == .admin)
        #expect(role(8, "bob", ["desk"]) == .agent)
        #expect(role(8, "bob", ["users"]) == nil)
    }

    @Test func rootAndTheDaemonItselfMayDoEverything() {
        #expect(role(0, "root", []) == .admin)
        #expect(role(500, "pbx-x", []) == .admin)
    }
}
