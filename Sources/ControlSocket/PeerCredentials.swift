import Glibc

/// Who is at the other end of a Unix-domain socket, as the kernel says (SO_PEERCRED, unix(7)).
package struct PeerCredentials: Hashable, Sendable {
    package var pid: Int32
    package var uid: UInt32
    package var gid: UInt32
    /// Name of `uid`; its digits when no account has it.
    package var user: String
    /// Names of all groups that the account is in, and of `gid`.
    package var groups: Set<String>

    package init(pid: Int32, uid: UInt32, gid: UInt32, user: String, groups: Set<String>) {
        self.pid = pid
        self.uid = uid
        self.gid = gid
        self.user = user
        self.groups = groups
    }
}

/// `struct ucred`, which the Glibc module hides behind `_GNU_SOURCE`.
struct KernelCredentials: Sendable {
    var pid: Int32
    var uid: UInt32
    var gid: UInt32
}

extension PeerCredentials {
    /// Looks names up in the account database. May read files or ask a directory service: not for an event loop.
    init(_ kernel: KernelCredentials) {
        pid = kernel.pid
        uid = kernel.uid
        gid = kernel.gid
        user = Self.userName(kernel.uid) ?? "\(kernel.uid)"
        groups = Set(Self.groupIDs(user: user, gid: kernel.gid).map { Self.groupName($0) ?? "\($0)" })
    }

    private static let recordBytesMax = 1 << 20
    private static let groupsMax = 65_536

    private static func userName(_ uid: UInt32) -> String? {
        lookUp { buffer in
            var record = passwd()
            var found: UnsafeMutablePointer<passwd>?
            let status = getpwuid_r(uid, &record, &buffer, buffer.count, &found)
            return (status, found.map { String(cString: $0.pointee.pw_name) })
        }
    }

    private static func groupName(_ gid: UInt32) -> String? {
        lookUp { buffer in
            var record = group()
            var found: UnsafeMutablePointer<group>?
            let status = getgrgid_r(gid, &record, &buffer, buffer.count, &found)
            return (status, found.map { String(cString: $0.pointee.gr_name) })
        }
    }

    /// Repeats a re-entrant look-up with a larger buffer while it says that it needs one.
    private static func lookUp(_ attempt: (inout [CChar]) -> (status: Int32, name: String?)) -> String? {
        var size = 4_096
        while size <= recordBytesMax {
            var buffer = [CChar](repeating: 0, count: size)
            let (status, name) = attempt(&buffer)
            if status != ERANGE { return name }
            size *= 4
        }
        return nil
    }

    private static func groupIDs(user: String, gid: UInt32) -> [UInt32] {
        var count: Int32 = 64
        while count <= groupsMax {
            var ids = [gid_t](repeating: 0, count: Int(count))
            var found = count
            if getgrouplist(user, gid, &ids, &found) >= 0 { return Array(ids.prefix(Int(found))) }
            count = max(found, count * 2)
        }
        return [gid]
    }
}
