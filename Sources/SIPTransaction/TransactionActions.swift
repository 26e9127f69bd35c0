/// What a transaction machine asks its table to do, in the order of the cases here.
struct TransactionActions: OptionSet, Sendable {
    let rawValue: UInt8

    /// Send the stored message again.
    static let retransmit = TransactionActions(rawValue: 1 << 0)
    /// Send 100 Trying, which nobody has asked for.
    static let sendTrying = TransactionActions(rawValue: 1 << 1)
    /// Build and send the ACK for the response at hand.
    static let sendACK = TransactionActions(rawValue: 1 << 2)
    /// Hand the message at hand to the user.
    static let deliver = TransactionActions(rawValue: 1 << 3)
    /// Build and send the CANCEL that the user has wished for.
    static let sendCancel = TransactionActions(rawValue: 1 << 4)
    /// Tell the user that no final response has come.
    static let reportTimeout = TransactionActions(rawValue: 1 << 5)
    /// The ACK for a final response to INVITE has not come.
    static let reportMissingACK = TransactionActions(rawValue: 1 << 6)
    /// Forget the transaction.
    static let end = TransactionActions(rawValue: 1 << 7)
}
