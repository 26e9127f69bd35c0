package import NIOCore
package import SIPGrammar

/// The signalling sockets: UDP, TCP and TLS, IPv4 and IPv6, all on one event loop. Bytes in, bytes out; what they
/// mean is nobody's business here.
///
/// Datagrams leave at `send`, stream bytes at the next `flush`, so that the answers of one turn go out together.
/// Problems are told to the delegate, which is held until `close()`.
package final class SIPTransports: Sendable {
    private let loop: any EventLoop
    private let confined: NIOLoopBoundBox<Sockets>

    /// - Parameter tls: without it there is no TLS.
    package init(
        loop: any EventLoop, limits: SIPTransportLimits = SIPTransportLimits(), tls: SIPTLS? = nil,
        delegate: any SIPTransportDelegate
    ) {
        self.loop = loop
        confined = .makeBoxSendingValue(
            Sockets(loop: loop, limits: limits, tls: tls, delegate: delegate), eventLoop: loop)
    }

    /// Opens these listeners beside those that are open, all or none.
    ///
    /// Returns them as they are bound, in the same order, with the ports that the kernel chose for port 0. Throws
    /// `SIPTransportError` for the first that could not be opened.
    package func listen(_ listeners: [SIPListener]) async throws -> [SIPListener] {
        let confined = confined
        return try await loop.flatSubmit { confined.value.listen(listeners) }.get()
    }

    /// Makes these the open listeners: new ones are opened first, and only when all of them are, those that are not
    /// named any more are closed. Connections live on. On an error nothing has changed.
    package func replaceListeners(_ listeners: [SIPListener]) async throws -> [SIPListener] {
        let confined = confined
        return try await loop.flatSubmit { confined.value.replace(listeners) }.get()
    }

    /// Sends one message. On the loop only.
    ///
    /// A datagram leaves from `flow.local`, a stream message over connection `flow.connection`; 0 takes the connection
    /// that exists to `flow.remote` or opens one (from `flow.local`'s address; with TLS also from its port, if that is
    /// free, since that is where we can be reached). A failure is told later as `failed`
    /// with this very flow, or as `closed` with the connection's.
    package func send(_ bytes: [UInt8], on flow: Flow) { confined.value.send(bytes, on: flow) }

    /// Hands what was queued on streams to the kernel. On the loop only.
    package func flush() { confined.value.connections.flush() }

    /// Ends a stream connection; the delegate is told by `closed`. On the loop only.
    package func close(connection: UInt64) { confined.value.connections.close(number: connection) }

    /// Stream connections that are open or on their way. On the loop only.
    package var connectionCount: Int { confined.value.connections.count }

    /// Datagrams that the kernel's full send buffer swallowed. On the loop only.
    package var datagramsDroppedCount: Int { confined.value.datagramsDroppedCount }

    /// Closes listeners and connections; nothing can be sent afterwards. Connections are still told as `closed`.
    package func close() async {
        let confined = confined
        // Submitting fails only once the loop is shut down, and then the sockets are closed already.
        try? await loop.submit { confined.value.close() }.get()
    }
}
