/// What the phone says by ear of its own accord.
package enum PhoneSignal: Hashable, Sendable {
    /// A call comes in.
    case ringing
    /// A call comes in while another is up.
    case callWaiting
    /// There is a new voice message; once.
    case message
    /// A call was answered that nobody answered: who is here can be heard; once.
    case answeredAtOnce
}

// Ringing and alerts, which are not part of any call.
extension PhoneCore {
    /// What is to be heard as long as it is so; nil: nothing. The driver follows it.
    package var signal: PhoneSignal? {
        guard settings.card != nil, lines.values.contains(where: { $0.state == .incoming }) else { return nil }
        return needsCard ? .callWaiting : .ringing
    }

    /// A mailbox was told of: more new messages than before are heard of.
    mutating func messagesReported(_ messages: MessageSummary, account: Int?, into effects: inout [Effect]) {
        let before = newMessages[account] ?? 0
        newMessages[account] = messages.new
        effects.append(
            .tell(
                .messagesWaiting(
                    account: account, isWaiting: messages.isWaiting, new: messages.new, old: messages.old)))
        if messages.new > before, settings.card != nil { effects.append(.alert(.message)) }
    }
}
