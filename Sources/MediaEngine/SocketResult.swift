import Glibc

/// Results of `PacketIO` calls that the worker tells apart.
enum SocketResult {
    /// There is nothing to read.
    static let wouldBlock = -Int(EAGAIN)
    /// ICMP "port unreachable" came for an earlier packet (see `PacketIO.takeRefusal`).
    static let refused = -Int(ECONNREFUSED)
    static let notConnected = -Int(ENOTCONN)
    static let networkUnreachable = -Int(ENETUNREACH)
}
