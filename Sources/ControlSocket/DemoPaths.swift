import Glibc

/// Where a demo keeps its state when nobody says otherwise, and where clients therefore look for it.
package enum DemoPaths {
    /// `$XDG_RUNTIME_DIR/pbx-x-demo`, else `/tmp/pbx-x-demo-UID`.
    package static func stateFolder(environment: [String: String], uid: UInt32) -> String {
        if let runtime = environment["XDG_RUNTIME_DIR"], runtime.hasPrefix("/") { return "\(runtime)/pbx-x-demo" }
        return temporaryFolder(uid: uid)
    }

    package static func socket(stateFolder: String) -> String { "\(stateFolder)/control.sock" }

    /// The socket of the demo that this user has running, or nil. A folder that somebody else could have prepared is
    /// not trusted: it must belong to `uid` and be writable by nobody else.
    package static func runningSocket(environment: [String: String], uid: UInt32) -> String? {
        // The demo may have been started from a session without XDG_RUNTIME_DIR, or the client is.
        let folders = [stateFolder(environment: environment, uid: uid), temporaryFolder(uid: uid)]
        return folders.lazy.filter { isOwn($0, uid: uid) }.map(socket(stateFolder:)).first { path in
            (try? UnixSocketPath(path).state()) == .live
        }
    }

    private static func temporaryFolder(uid: UInt32) -> String { "/tmp/pbx-x-demo-\(uid)" }

    /// Whether `path` is a folder (not a link to one) of this user that only this user can write to.
    package static func isOwn(_ path: String, uid: UInt32) -> Bool {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return false }
        return status.st_uid == uid && status.st_mode & (S_IWGRP | S_IWOTH) == 0
    }
}

/// Which socket a client talks to.
package enum ControlSocketPath {
    package static let installed = "/run/pbx-x/control.sock"
    package static let environmentName = "PBX_X_SOCKET"

    /// The option, else `$PBX_X_SOCKET`, else the running demo's, else the installed daemon's.
    package static func choose(option: String?, environment: [String: String], uid: UInt32) -> String {
        if let option { return option }
        if let named = environment[environmentName], !named.isEmpty { return named }
        return DemoPaths.runningSocket(environment: environment, uid: uid) ?? installed
    }
}
