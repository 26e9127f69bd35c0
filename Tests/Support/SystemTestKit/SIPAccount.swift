/// What a peer needs to be a phone of the demo company.
package struct SIPAccount: Sendable {
    package enum Transport: String, Sendable, CaseIterable { case udp, tcp }

    package let number: String
    package let password: String
    package let port: UInt16
    package var transport = Transport.udp
    package var isIPv6 = false

    /// Extension `number` of the demo at `port`, with its factory password unless another is given.
    package init(
        _ number: String, at port: UInt16, transport: Transport = .udp, isIPv6: Bool = false, password: String? = nil
    ) {
        self.number = number
        self.port = port
        self.transport = transport
        self.isIPv6 = isIPv6
        self.password = password ?? "demo-\(number)"
    }

    package var loopback: String { isIPv6 ? "::1" : "127.0.0.1" }
    /// As a host in a URI.
    package var host: String { isIPv6 ? "[::1]" : "127.0.0.1" }
    package var server: String { "\(host):\(port)" }
    package func address(of number: String) -> String { "sip:\(number)@\(server);transport=\(transport.rawValue)" }
}
