/// Names a server transaction for as long as it lives; never used again in one run.
package struct ServerTransactionID: Hashable, Sendable, CustomStringConvertible {
    let value: UInt64
    package var description: String { "server-\(value)" }
}

/// Names a client transaction for as long as it lives; never used again in one run.
package struct ClientTransactionID: Hashable, Sendable, CustomStringConvertible {
    let value: UInt64
    package var description: String { "client-\(value)" }
}
