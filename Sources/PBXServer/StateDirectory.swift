import Glibc

/// The folder of the daemon's run-time state: made when it is missing, and held by one daemon at a time.
final class StateDirectory: Sendable {
    let path: String
    private let lock: Int32

    var database: String { path + "/pbx.db" }

    init(path: String) throws(StartError) {
        self.path = path
        try Self.make(path)
        let lockPath = path + "/pbxd.lock"
        lock = open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard lock >= 0 else {
            throw StartError(
                "state folder \"\(path)\" cannot be written: \(Self.reason) (check its owner and permissions)")
        }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            close(lock)
            throw StartError(
                "state folder \"\(path)\" is in use by another pbxd (stop that one, or choose another with --state)")
        }
    }

    deinit { close(lock) }

    private static func make(_ path: String) throws(StartError) {
        if mkdir(path, 0o700) == 0 { return }
        guard errno == EEXIST else {
            throw StartError("state folder \"\(path)\" cannot be made: \(reason) (make it, owned by the daemon's user)")
        }
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw StartError("state folder \"\(path)\" is not a folder (move it away, or choose another with --state)")
        }
        // In a place that everybody may write to, somebody else could have prepared it.
        guard status.st_uid == geteuid() else {
            throw StartError("state folder \"\(path)\" belongs to another user (choose another with --state)")
        }
    }

    private static var reason: String { String(cString: strerror(errno)) }
}

/// Why the daemon could not start, in words for the administrator.
struct StartError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
