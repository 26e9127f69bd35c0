import Glibc

/// A path in the file system that a Unix-domain socket has or should get.
package struct UnixSocketPath: Hashable, Sendable, CustomStringConvertible {
    /// `sun_path` of `sockaddr_un` holds 108 bytes with its final zero (unix(7)).
    package static let bytesMax = 107

    package let text: String

    /// Throws `badPath` for a path that the kernel would cut.
    package init(_ text: String) throws(ControlSocketError) {
        guard (1...Self.bytesMax).contains(text.utf8.count), !text.utf8.contains(0) else {
            throw ControlSocketError(
                .badPath, "socket path \"\(text)\" has \(text.utf8.count) bytes, a socket takes 1 to \(Self.bytesMax)",
                hint: "choose a shorter path")
        }
        self.text = text
    }

    package var description: String { text }

    package enum State: Hashable, Sendable {
        /// Nothing has this name.
        case absent
        /// A socket that nobody listens on any more.
        case dead
        case live
        /// A socket that we may not connect to.
        case forbidden
        /// A file or folder that is no socket.
        case other
    }

    /// Looks who is there, by connecting and hanging up at once. Never waits: a socket with a full backlog is live.
    package func state() -> State {
        var status = stat()
        guard lstat(text, &status) == 0 else { return errno == EACCES ? .forbidden : .absent }
        guard status.st_mode & S_IFMT == S_IFSOCK else { return .other }
        let descriptor = socket(
            AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return .live }
        defer { close(descriptor) }
        guard connectNow(descriptor) != 0 else { return .live }
        switch errno {
        case ECONNREFUSED: return .dead
        case ENOENT: return .absent
        case EACCES, EPERM: return .forbidden
        default: return .live
        }
    }

    private func connectNow(_ descriptor: Int32) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: text.utf8) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}
