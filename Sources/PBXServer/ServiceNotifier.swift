import Glibc

/// Tells systemd how the service is doing (sd_notify(3)): a datagram to the socket that `NOTIFY_SOCKET` names. Outside
/// systemd it does nothing.
struct ServiceNotifier {
    private let address: String?

    init(environment: [String: String]) { address = environment["NOTIFY_SOCKET"] }

    func ready() { send("READY=1") }
    func reloading(monotonicMicroseconds: Int64) { send("RELOADING=1\nMONOTONIC_USEC=\(monotonicMicroseconds)") }
    func stopping() { send("STOPPING=1") }
    func status(_ text: String) { send("STATUS=\(text)") }

    private func send(_ state: String) {
        guard let address, let first = address.utf8.first else { return }
        var name = Array(address.utf8)
        // A leading @ stands for an abstract socket, whose name starts with a zero byte.
        if first == UInt8(ascii: "@") { name[0] = 0 }
        var socketAddress = sockaddr_un()
        socketAddress.sun_family = sa_family_t(AF_UNIX)
        guard name.count < MemoryLayout.size(ofValue: socketAddress.sun_path) else { return }
        withUnsafeMutableBytes(of: &socketAddress.sun_path) { $0.copyBytes(from: name) }
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + name.count)
        let message = Array(state.utf8)
        withUnsafePointer(to: &socketAddress) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                _ = sendto(descriptor, message, message.count, Int32(MSG_NOSIGNAL), generic, length)
            }
        }
    }
}
